using System.Net;
using System.Text.Json.Nodes;
using Gyre.Models.Architectures;
using Gyre.Models.Catalog;
using Gyre.Server.Hosting;
using Gyre.Server.Tests.Fakes;
using Gyre.Tensors;
using Gyre.Tensors.Threading;
using Gyre.TestSupport;

namespace Gyre.Server.Tests.Endpoints;

/// <summary>A model that answers sources behind the completion and chat endpoints: a small random network with a published translation model's tokenizer.</summary>
public sealed class SourceModelTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gyre-source-").FullName;
    private readonly ThreadTeam _team = new(2);
    private readonly HttpClient _http = new();
    private GyreHost? _host;

    public async ValueTask InitializeAsync()
    {
        var model = MakeModel();
        var data = Directory.CreateDirectory(Path.Combine(_folder, "data")).FullName;
        await File.WriteAllTextAsync(Path.Combine(data, "aliases.yaml"), "default: gyre\naliases:\n  gyre:\n    model: default\n");
        var loader = new ModelLoader(_team, TimeProvider.System);
        _host = GyreHost.Create(new GyreHostOptions
        {
            DataFolder = data,
            Port = 0,
            DefaultModel = model,
            OpenModel = (path, cancellationToken) => loader.LoadAsync(ModelFolder.Open(path), "translator", cancellationToken),
            LogsToConsole = false,
        });
        await _host.StartAsync();
        (await _host.WaitForDefaultModelAsync()).ShouldBeNull();
        _http.BaseAddress = _host.Address;
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        if (_host is not null)
        {
            await _host.StopAsync();
            await _host.DisposeAsync();
        }

        _team.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_completion_and_a_chat_about_one_text_are_the_model_s_own_answer()
    {
        using var model = Gyre.Models.SequenceToSequence.SequenceToSequenceModel.Load(Path.Combine(_folder, "model"), new DecoderOptions { Team = _team });
        var expected = model.Answer("Good morning, Führer");
        expected.ShouldNotBeEmpty();

        var (status, completion) = await PostAsync("/v1/completions", """{"model":"gyre","prompt":"Good morning, Führer","max_tokens":8}""");
        status.ShouldBe(HttpStatusCode.OK, completion.ToJsonString());
        ((string?)completion["choices"]![0]!["text"]).ShouldBe(expected);
        ((int)completion["usage"]!["prompt_tokens"]!).ShouldBe(model.TokenizeSource("Good morning, Führer").Count);

        var (chatStatus, chat) = await PostAsync(
            "/v1/chat/completions",
            """{"model":"gyre","messages":[{"role":"user","content":"x"},{"role":"assistant","content":"y"},{"role":"user","content":"Good morning, Führer"}]}""");
        chatStatus.ShouldBe(HttpStatusCode.OK, chat.ToJsonString());
        ((string?)chat["choices"]![0]!["message"]!["content"]).ShouldBe(expected);
    }

    [Fact]
    public async Task The_list_of_models_says_what_it_is_for()
    {
        var list = JsonNode.Parse(await _http.GetStringAsync("/v1/models"))!;
        ((string?)list["data"]![0]!["kind"]).ShouldBe("sequence to sequence");
    }

    [Fact]
    public async Task A_streamed_chat_ends_with_the_same_text()
    {
        using var model = Gyre.Models.SequenceToSequence.SequenceToSequenceModel.Load(Path.Combine(_folder, "model"), new DecoderOptions { Team = _team });
        using var content = new StringContent("""{"model":"gyre","stream":true,"messages":[{"role":"user","content":"Good morning"}]}""", System.Text.Encoding.UTF8, "application/json");
        using var response = await _http.PostAsync("/v1/chat/completions", content);
        var events = (await response.Content.ReadAsStringAsync()).Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        events[^1].ShouldBe("data: [DONE]");
        var text = string.Concat(events[..^1].Select(one => (string?)JsonNode.Parse(one["data: ".Length..])!["choices"]![0]!["delta"]!["content"]));
        text.ShouldBe(model.Answer("Good morning"));
    }

    [Theory]
    [InlineData("/v1/chat/completions", """{"model":"gyre","messages":[{"role":"system","content":"Be kind."},{"role":"user","content":"Hello"}]}""")]
    [InlineData("/v1/chat/completions", """{"model":"gyre","messages":[{"role":"user","content":"Hello"}],"tools":[{"type":"function","function":{"name":"clock"}}]}""")]
    [InlineData("/v1/completions", """{"model":"gyre","prompt":"Hello","echo":true,"logprobs":1}""")]
    public async Task What_has_no_place_beside_a_source_is_the_caller_s_error(string path, string body)
    {
        var (status, answer) = await PostAsync(path, body);
        status.ShouldBe(HttpStatusCode.BadRequest, answer.ToJsonString());
        ((string?)answer["error"]!["code"]).ShouldBe("RUN0432");
    }

    private async Task<(HttpStatusCode Status, JsonNode Body)> PostAsync(string path, string body)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var response = await _http.PostAsync(path, content);
        return (response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync()).ShouldNotBeNull());
    }

    private string MakeModel()
    {
        var model = Directory.CreateDirectory(Path.Combine(_folder, "model")).FullName;
        foreach (var file in Directory.GetFiles(TestData.Require("tokenizers/marian-opus-mt-en-fr")).Where(file => !file.EndsWith(".md", StringComparison.Ordinal)))
        {
            File.Copy(file, Path.Combine(model, Path.GetFileName(file)));
        }

        var config = Path.Combine(model, "config.json");
        var json = JsonNode.Parse(File.ReadAllText(config))!.AsObject();
        string[] small = ["d_model", "encoder_ffn_dim", "decoder_ffn_dim"];
        foreach (var field in small)
        {
            json[field] = 16;
        }

        foreach (var field in new[] { "encoder_layers", "decoder_layers", "encoder_attention_heads", "decoder_attention_heads" })
        {
            json[field] = 1;
        }

        (json["init_std"], json["max_length"]) = (0.3, 9);
        using var pool = new TensorPool();
        using (var trained = new TrainableEncoderDecoder(EncoderDecoderConfiguration.FromHuggingFace(json.ToJsonString(), config), pool, 3))
        {
            trained.Save(model);
        }

        File.Delete(config);
        File.WriteAllText(config, json.ToJsonString());
        return model;
    }
}

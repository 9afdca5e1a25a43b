using System.Net;
using System.Text.Json;
using Gyre.Contracts;
using Gyre.Models.Catalog;
using Gyre.Models.Weights;
using Gyre.Server.Hosting;
using Gyre.Server.Tests.Fakes;
using Gyre.Tensors.Threading;
using Gyre.TestSupport;

namespace Gyre.Server.Tests.Endpoints;

/// <summary>Adapters loaded and unloaded by requests.</summary>
public sealed class AdaptersEndpointTests : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gyre-loadable-").FullName;
    private readonly ThreadTeam _team = new(2);
    private GyreHost? _host;
    private HttpClient? _http;

    private HttpClient Http => _http!; // Every test starts the host first.

    private string Loadable => Path.Combine(_folder, "loadable");

    public async ValueTask DisposeAsync()
    {
        _http?.Dispose();
        if (_host is not null)
        {
            await _host.StopAsync();
            await _host.DisposeAsync();
        }

        _team.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_server_without_a_folder_for_it_refuses()
    {
        await StartAsync(isOpen: false);
        foreach (var route in new[] { "v1/load_lora_adapter", "v1/unload_lora_adapter" })
        {
            var answer = await Http.SendJsonAsync(route, """{"lora_name":"loud","lora_path":"loud"}""");
            answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
            (await answer.ErrorAsync()).Code.ShouldBe("SRV0180");
        }

        (await ListAsync()).ShouldBe([("kept", "tales", "folder", "unloaded")]);
    }

    [Fact]
    public async Task An_adapter_is_loaded_answers_and_is_unloaded()
    {
        await StartAsync();
        var plain = await AnswerAsync("tales");
        var card = await (await LoadAsync("loud", "loud")).JsonAsync();
        (card.GetProperty("id").GetString(), card.GetProperty("parent").GetString(), card.GetProperty("source").GetString(), card.GetProperty("status").GetString())
            .ShouldBe(("loud", "tales", "request", "loaded"));
        (await LoadAsync("calm", Path.Combine(Loadable, "calm"), "bedtime")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await ListAsync()).ShouldBe([("calm", "bedtime", "request", "loaded"), ("kept", "tales", "folder", "unloaded"), ("loud", "tales", "request", "loaded")]);
        var models = await (await Http.GetAsync(new Uri("v1/models", UriKind.Relative))).JsonAsync();
        models.GetProperty("data").EnumerateArray().Select(model => model.GetProperty("id").GetString()).ShouldBe(["tales", "bedtime", "calm", "kept", "loud"]);
        models.GetProperty("data")[2].GetProperty("parent").GetString().ShouldBe("bedtime");

        var (loud, calm) = (await AnswerAsync("loud"), await AnswerAsync("calm"));
        new[] { plain, loud, calm }.Distinct(StringComparer.Ordinal).Count().ShouldBe(3);
        var unloaded = await Http.SendJsonAsync("v1/unload_lora_adapter", """{"lora_name":"loud","lora_int_id":1}""");
        (await unloaded.JsonAsync()).GetProperty("status").GetString().ShouldBe("unloaded");
        (await SendAsync("loud")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await AnswerAsync("tales")).ShouldBe(plain);

        // The name is free for another.
        (await LoadAsync("loud", "calm")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await AnswerAsync("loud")).ShouldBe(calm);
    }

    [Fact]
    public async Task An_adapter_of_the_data_folder_is_freed_and_loaded_again_when_it_is_asked_for()
    {
        await StartAsync();
        var kept = await AnswerAsync("kept");
        (await ListAsync()).ShouldBe([("kept", "tales", "folder", "loaded")]);
        (await UnloadAsync("kept")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await ListAsync()).ShouldBe([("kept", "tales", "folder", "unloaded")]);
        (await UnloadAsync("kept")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await AnswerAsync("kept")).ShouldBe(kept);
    }

    [Fact]
    public async Task Running_requests_end_with_the_adapter_that_they_began_with()
    {
        await StartAsync();
        await LoadAsync("loud", "loud");
        var expected = await AnswerAsync("loud");
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("v1/completions", UriKind.Relative));
        request.Content = new StringContent(Prompt("loud", isStream: true), System.Text.Encoding.UTF8, "application/json");
        using var stream = await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        (await UnloadAsync("loud")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await LoadAsync("loud", "calm")).StatusCode.ShouldBe(HttpStatusCode.OK);
        var lines = (await stream.Content.ReadAsStringAsync()).Split('\n').Where(line => line.StartsWith("data: {", StringComparison.Ordinal));
        string.Concat(lines.Select(line => JsonDocument.Parse(line[6..]).RootElement.GetProperty("choices")[0].GetProperty("text").GetString())).ShouldBe(expected);
    }

    [Theory]
    [InlineData("""{"lora_name":"x","lora_path":"broken"}""", 400, "RUN0422", "lora_path")]
    [InlineData("""{"lora_name":"x","lora_path":"other-base"}""", 400, "RUN0422", "lora_path")]
    [InlineData("""{"lora_name":"x","lora_path":"nowhere"}""", 400, "SRV0181", "lora_path")]
    [InlineData("""{"lora_name":"x","lora_path":"../adapters/kept"}""", 400, "SRV0181", "lora_path")]
    [InlineData("""{"lora_name":"x","lora_path":"loud/../../adapters/kept"}""", 400, "SRV0181", "lora_path")]
    [InlineData("""{"lora_name":"x","lora_path":"/etc"}""", 400, "SRV0181", "lora_path")]
    [InlineData("""{"lora_name":"x","lora_path":"."}""", 400, "SRV0181", "lora_path")]
    [InlineData("""{"lora_name":"x","lora_path":"loud\u0000"}""", 400, "SRV0181", "lora_path")]
    [InlineData("""{"lora_name":"tales","lora_path":"loud"}""", 409, "SRV0182", "lora_name")]
    [InlineData("""{"lora_name":"kept","lora_path":"loud"}""", 409, "SRV0182", "lora_name")]
    [InlineData("""{"lora_name":"x","lora_path":"loud","model":"nobody"}""", 404, "model_not_found", "model")]
    [InlineData("""{"lora_name":" ","lora_path":"loud"}""", 400, "SRV0114", "lora_name")]
    [InlineData("""{"lora_name":"a\nb","lora_path":"loud"}""", 400, "SRV0114", "lora_name")]
    [InlineData("""{"lora_name":"x"}""", 400, "SRV0112", "lora_path")]
    [InlineData("""{"lora_name":"x","lora_path":3}""", 400, "SRV0113", "lora_path")]
    [InlineData("""{"lora_name":"x","lora_path":"loud","load_inplace":true}""", 400, "SRV0111", "load_inplace")]
    public async Task What_cannot_be_loaded_says_why_and_leaves_nothing_behind(string body, int status, string code, string parameter)
    {
        await StartAsync();
        var answer = await Http.SendJsonAsync("v1/load_lora_adapter", body);
        ((int)answer.StatusCode).ShouldBe(status, await answer.Content.ReadAsStringAsync());
        var error = await answer.ErrorAsync();
        (error.Code, error.Param).ShouldBe((code, parameter));
        (await ListAsync()).ShouldBe([("kept", "tales", "folder", "unloaded")]);
        (await SendAsync("x")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Unloading_a_name_that_no_adapter_has_tells_the_nearest()
    {
        await StartAsync();
        foreach (var name in new[] { "tales", "kepd" })
        {
            var answer = await UnloadAsync(name);
            answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
            var (message, _, param, code) = await answer.ErrorAsync();
            (param, code).ShouldBe(("lora_name", "SRV0183"));
            message.ShouldContain("one of: kept");
        }
    }

    [Fact]
    public async Task Of_many_who_load_one_name_at_once_one_does()
    {
        await StartAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => LoadAsync("x", i % 2 == 0 ? "loud" : "calm")));
        answers.Count(answer => answer.StatusCode == HttpStatusCode.OK).ShouldBe(1);
        answers.Count(answer => answer.StatusCode == HttpStatusCode.Conflict).ShouldBe(7);
        (await SendAsync("x")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Vectors_are_those_of_the_adapter_that_the_request_names()
    {
        await StartAsync(model: "models/kit/bert");
        var (width, layers) = SizeOf("models/kit/bert");
        WriteEncoderAdapter(Path.Combine(Loadable, "wrong"), width + 1, layers);
        WriteEncoderAdapter(Path.Combine(Loadable, "shop"), width, layers);
        var plain = await VectorAsync("tales");
        (await (await LoadAsync("wrong", "wrong")).ErrorAsync()).Code.ShouldBe("RUN0422");
        (await LoadAsync("shop", "shop")).StatusCode.ShouldBe(HttpStatusCode.OK);
        var asked = new[] { "shop", "tales", "shop", "tales" };
        var vectors = await Task.WhenAll(asked.Select(VectorAsync));
        vectors[1].ShouldBe(plain);
        vectors[3].ShouldBe(plain);
        vectors[2].ShouldBe(vectors[0]);
        vectors[0].ShouldNotBe(plain);

        async Task<float[]> VectorAsync(string model)
        {
            var answer = await Http.SendJsonAsync("v1/embeddings", $$"""{"model":"{{model}}","input":[[5,9,31,7]]}""");
            answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
            return [.. (await answer.JsonAsync()).GetProperty("data")[0].GetProperty("embedding").EnumerateArray().Select(number => number.GetSingle())];
        }
    }

    private static (int Width, int Layers) SizeOf(string model)
    {
        using var config = JsonDocument.Parse(File.ReadAllText(Path.Combine(TestData.Require(model), "config.json")));
        return (config.RootElement.GetProperty("hidden_size").GetInt32(), config.RootElement.GetProperty("num_hidden_layers").GetInt32());
    }

    /// <summary>LoRA of the queries, named as in a network without a head.</summary>
    private static void WriteEncoderAdapter(string folder, int width, int layers)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(
            Path.Combine(folder, "adapter_config.json"),
            JsonSerializer.Serialize(new { peft_type = "LORA", task_type = "FEATURE_EXTRACTION", r = 2, lora_alpha = 8, target_modules = new[] { "query" } }));
        var random = new SeededRandom(9);
        var writer = new SafetensorsWriter();
        for (var layer = 0; layer < layers; layer++)
        {
            var path = $"base_model.model.encoder.layer.{layer}.attention.self.query.";
            writer.Add(path + "lora_A.weight", Numbers(2 * width), 2, width);
            writer.Add(path + "lora_B.weight", Numbers(2 * width), width, 2);
        }

        writer.Write(Path.Combine(folder, "adapter_model.safetensors"));

        float[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.5f)];
    }

    private static string Prompt(string model, bool isStream) =>
        $$"""{"model":"{{model}}","prompt":"Once upon a time","max_tokens":24,"temperature":0,"stream":{{(isStream ? "true" : "false")}}}""";

    private async Task StartAsync(bool isOpen = true, string model = "models/stories260K/derived-hf")
    {
        var path = TestData.Require(model);
        AdapterTests.WriteAdapter(Path.Combine(_folder, "adapters", "kept"), 5);
        AdapterTests.WriteAdapter(Path.Combine(Loadable, "loud"), 1);
        AdapterTests.WriteAdapter(Path.Combine(Loadable, "calm"), 2);
        AdapterTests.WriteAdapter(Path.Combine(Loadable, "broken"), 3, rank: 3);
        Directory.CreateSymbolicLink(Path.Combine(Loadable, "other-base"), TestData.Require("models/kit/peft-lora-gpt2"));
        File.WriteAllText(
            Path.Combine(_folder, "aliases.yaml"),
            "default: tales\naliases:\n  tales:\n    model: default\n  bedtime:\n    model: default\n");
        var loader = new ModelLoader(_team, TimeProvider.System);
        _host = GyreHost.Create(new GyreHostOptions
        {
            DataFolder = _folder,
            Port = 0,
            DefaultModel = path,
            LoadableAdapters = isOpen ? Loadable : null,
            OpenModel = (reference, cancellationToken) => loader.LoadAsync(ModelFolder.Open(reference), "stories260K", cancellationToken),
            LogsToConsole = false,
        });
        await _host.StartAsync();
        (await _host.WaitForDefaultModelAsync()).ShouldBeNull();
        _http = new HttpClient { BaseAddress = _host.Address };
    }

    private async Task<List<(string?, string?, string?, string?)>> ListAsync()
    {
        var list = await (await Http.GetAsync(new Uri("v1/lora_adapters", UriKind.Relative))).JsonAsync();
        return [.. list.GetProperty("data").EnumerateArray().Select(card => (
            card.GetProperty("id").GetString(), card.GetProperty("parent").GetString(), card.GetProperty("source").GetString(), card.GetProperty("status").GetString()))];
    }

    private Task<HttpResponseMessage> LoadAsync(string name, string path, string? model = null) =>
        Http.SendJsonAsync("v1/load_lora_adapter", JsonSerializer.Serialize(new { lora_name = name, lora_path = path, model }));

    private Task<HttpResponseMessage> UnloadAsync(string name) => Http.SendJsonAsync("v1/unload_lora_adapter", JsonSerializer.Serialize(new { lora_name = name }));

    private Task<HttpResponseMessage> SendAsync(string model) => Http.SendJsonAsync("v1/completions", Prompt(model, isStream: false));

    private async Task<string> AnswerAsync(string model)
    {
        var answer = await SendAsync(model);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        return (await answer.JsonAsync()).GetProperty("choices")[0].GetProperty("text").GetString()!;
    }
}

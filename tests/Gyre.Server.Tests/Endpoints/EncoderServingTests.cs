using System.Net;
using System.Text.Json;
using Gyre.Models.Architectures;
using Gyre.Models.Catalog;
using Gyre.Server.Hosting;
using Gyre.Server.Tests.Fakes;
using Gyre.Tensors;
using Gyre.Tensors.Threading;
using Gyre.TestSupport;

namespace Gyre.Server.Tests.Endpoints;

/// <summary>Encoder-only models behind HTTP: small random weights with a real vocabulary, beside a real model that continues text.</summary>
public sealed class EncoderServingTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gyre-encoders-").FullName;
    private readonly ThreadTeam _team = new(2);
    private readonly HttpClient _http = new();
    private GyreHost? _host;

    public async ValueTask InitializeAsync()
    {
        var stories = TestData.Require("models/stories260K/derived-hf");
        Save("vectors", EncoderHead.None);
        Save("scores", EncoderHead.SequenceLabels, "LABEL_0");
        await File.WriteAllTextAsync(
            Path.Combine(_folder, "aliases.yaml"),
            "default: text\naliases:\n  text:\n    model: default\n  vectors:\n    model: vectors\n  scores:\n    model: scores\n");
        var loader = new ModelLoader(_team, TimeProvider.System);
        _host = GyreHost.Create(new GyreHostOptions
        {
            DataFolder = _folder,
            Port = 0,
            DefaultModel = stories,
            OpenModel = (model, cancellationToken) => loader.LoadAsync(ModelFolder.Open(model), Path.GetFileName(model), cancellationToken),
            LogsToConsole = false,
        });
        await _host.StartAsync();
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
    public async Task Vectors_and_scores_are_those_of_the_model()
    {
        var loader = new ModelLoader(_team, TimeProvider.System);
        await using var vectors = await loader.LoadAsync(ModelFolder.Open(Path.Combine(_folder, "models", "vectors")), "vectors");
        await using var scores = await loader.LoadAsync(ModelFolder.Open(Path.Combine(_folder, "models", "scores")), "scores");
        var expected = await vectors.Embedder!.GenerateAsync(["a blue dress", "shoes"]);
        var answer = await (await _http.SendJsonAsync("v1/embeddings", """{"model":"vectors","input":["a blue dress","shoes"]}""")).JsonAsync();
        for (var i = 0; i < 2; i++)
        {
            answer.GetProperty("data")[i].GetProperty("embedding").EnumerateArray().Select(value => value.GetSingle()).ShouldBe(expected[i].Vector.ToArray());
        }

        answer.GetProperty("usage").GetProperty("prompt_tokens").GetInt32().ShouldBe(8);

        string[] documents = ["a red dress", "opening hours"];
        var wanted = await scores.Reranker!.RerankAsync("dresses", documents);
        var ranked = await (await _http.SendJsonAsync("v1/rerank", """{"model":"scores","query":"dresses","documents":["a red dress","opening hours"]}""")).JsonAsync();
        foreach (var item in ranked.GetProperty("results").EnumerateArray())
        {
            item.GetProperty("relevance_score").GetSingle().ShouldBe(wanted.Scores[item.GetProperty("index").GetInt32()]);
        }

        ranked.GetProperty("usage").GetProperty("total_tokens").GetInt32().ShouldBe(wanted.Tokens);
    }

    [Theory]
    [InlineData("v1/chat/completions", "vectors", "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]", "is for embedding and does not continue text")]
    [InlineData("v1/completions", "scores", "\"prompt\":\"x\"", "is for reranking and does not continue text")]
    [InlineData("v1/responses", "vectors", "\"input\":\"x\"", "is for embedding and does not continue text")]
    [InlineData("v1/embeddings", "text", "\"input\":\"x\"", "is for generation and makes no vectors")]
    [InlineData("v1/embeddings", "scores", "\"input\":\"x\"", "is for reranking and makes no vectors")]
    [InlineData("v1/rerank", "vectors", "\"query\":\"x\",\"documents\":[\"y\"]", "is for embedding and does not score documents")]
    public async Task A_model_is_not_asked_for_what_it_is_not_for(string path, string alias, string fields, string found)
    {
        var response = await _http.SendJsonAsync(path, $$"""{"model":"{{alias}}",{{fields}}}""");

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var error = (await response.JsonAsync()).GetProperty("error");
        error.GetProperty("code").GetString().ShouldBe("SRV0122");
        error.GetProperty("message").GetString()!.ShouldContain(found);
    }

    [Fact]
    public async Task The_list_of_models_tells_each_one_s_kind_before_it_is_loaded()
    {
        using var list = JsonDocument.Parse(await _http.GetStringAsync("v1/models"));
        list.RootElement.GetProperty("data").EnumerateArray().ToDictionary(card => card.GetProperty("id").GetString()!, card => card.GetProperty("kind").GetString())
            .ShouldBe(new Dictionary<string, string?> { ["text"] = "generation", ["vectors"] = "embedding", ["scores"] = "reranking" }, ignoreOrder: true);
    }

    [Fact]
    public async Task A_text_longer_than_the_model_reads_is_the_context_error_that_clients_know()
    {
        var response = await _http.SendJsonAsync("v1/embeddings", $$"""{"model":"vectors","input":"{{string.Concat(Enumerable.Repeat("dress ", 50))}}"}""");

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await response.JsonAsync()).GetProperty("error").GetProperty("code").GetString().ShouldBe("context_length_exceeded");
    }

    private void Save(string name, EncoderHead head, params string[] labels)
    {
        var path = Path.Combine(_folder, "models", name);
        using var pool = new TensorPool();
        using var model = new TrainableEncoder(
            new EncoderConfiguration
            {
                Architecture = "bert",
                VocabularySize = 30_522,
                HiddenSize = 16,
                IntermediateSize = 32,
                Layers = 1,
                Heads = 2,
                Positions = 32,
                TokenTypes = 2,
                Head = head,
                Labels = labels,
                InitialDeviation = 0.3f,
            },
            pool,
            seed: 3);
        model.Save(path);
        File.WriteAllText(Path.Combine(path, "tokenizer.json"), File.ReadAllText(Path.Combine(TestData.Require("tokenizers/bert-all-MiniLM-L6-v2"), "tokenizer.json")));
    }
}

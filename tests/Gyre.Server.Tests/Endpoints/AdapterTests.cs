using System.Net;
using System.Text;
using System.Text.Json;
using Gyre.Contracts;
using Gyre.Models.Catalog;
using Gyre.Models.Weights;
using Gyre.Server.Hosting;
using Gyre.Server.Tests.Fakes;
using Gyre.Tensors.Threading;
using Gyre.TestSupport;

namespace Gyre.Server.Tests.Endpoints;

/// <summary>Adapters of the default alias's model, named as models by requests.</summary>
public sealed class AdapterTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gyre-adapters-").FullName;
    private readonly ThreadTeam _team = new(2);
    private GyreHost? _host;
    private HttpClient? _http;

    private HttpClient Http => _http!; // Made before every test.

    public async ValueTask InitializeAsync()
    {
        var path = TestData.Require("models/stories260K/derived-hf");
        WriteAdapter(Path.Combine(_folder, "adapters", "loud"), 1);
        WriteAdapter(Path.Combine(_folder, "elsewhere", "calm"), 2);
        WriteAdapter(Path.Combine(_folder, "adapters", "broken"), 3, rank: 3);
        File.WriteAllText(
            Path.Combine(_folder, "aliases.yaml"),
            "default: tales\naliases:\n  tales:\n    model: default\n  bedtime:\n    model: default\n    adapter: calm\n  lost:\n    model: default\n    adapter: nowhere\n");
        var loader = new ModelLoader(_team, TimeProvider.System);
        _host = GyreHost.Create(new GyreHostOptions
        {
            DataFolder = _folder,
            Port = 0,
            DefaultModel = path,
            Adapters = new Dictionary<string, string> { ["calm"] = Path.Combine(_folder, "elsewhere", "calm") },
            OpenModel = (model, cancellationToken) => loader.LoadAsync(ModelFolder.Open(model), "stories260K", cancellationToken),
            LogsToConsole = false,
        });
        await _host.StartAsync();
        (await _host.WaitForDefaultModelAsync()).ShouldBeNull();
        _http = new HttpClient { BaseAddress = _host.Address };
    }

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
    public async Task Adapters_are_listed_with_the_alias_they_belong_to()
    {
        var list = await (await Http.GetAsync(new Uri("v1/models", UriKind.Relative))).JsonAsync();
        list.GetProperty("data").EnumerateArray()
            .Select(card => (card.GetProperty("id").GetString(), card.TryGetProperty("parent", out var parent) ? parent.GetString() : null))
            .ShouldBe([("tales", null), ("bedtime", null), ("lost", null), ("broken", "tales"), ("calm", "tales"), ("loud", "tales")]);
        var card = await (await Http.GetAsync(new Uri("v1/models/loud", UriKind.Relative))).JsonAsync();
        card.GetProperty("parent").GetString().ShouldBe("tales");
    }

    [Fact]
    public async Task Requests_side_by_side_each_go_through_the_adapter_they_name()
    {
        string[] names = ["tales", "loud", "calm", "bedtime"];
        var alone = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in names)
        {
            alone[name] = await AnswerAsync(name);
        }

        alone.Values.Distinct(StringComparer.Ordinal).Count().ShouldBe(3);
        alone["bedtime"].ShouldBe(alone["calm"]); // An alias with that adapter.
        var asked = Enumerable.Range(0, 12).Select(i => names[i % names.Length]).ToArray();
        var together = await Task.WhenAll(asked.Select(AnswerAsync));
        together.ShouldBe(asked.Select(name => alone[name]));
    }

    [Fact]
    public async Task An_unknown_name_is_told_the_nearest()
    {
        var answer = await SendAsync("lout");
        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        var (message, _, param, code) = await answer.ErrorAsync();
        (param, code).ShouldBe(("model", "model_not_found"));
        message.ShouldContain("expected one of: lost, loud, ");
    }

    [Theory]
    [InlineData("../elsewhere/calm")]
    [InlineData("..")]
    [InlineData("./loud")]
    public async Task A_name_is_never_a_path(string name) => (await SendAsync(name)).StatusCode.ShouldBe(HttpStatusCode.NotFound);

    [Theory]
    [InlineData("broken", "RUN0422")]
    [InlineData("lost", "SRV0123")]
    public async Task An_adapter_that_cannot_be_loaded_is_the_servers_fault_and_says_why(string name, string code)
    {
        var answer = await SendAsync(name);
        answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await answer.ErrorAsync()).Code.ShouldBe(code);
    }

    [Fact]
    public async Task An_adapter_that_comes_while_the_server_runs_is_found()
    {
        (await SendAsync("late")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        WriteAdapter(Path.Combine(_folder, "adapters", "late"), 4);
        (await SendAsync("late")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    private Task<HttpResponseMessage> SendAsync(string model) =>
        Http.SendJsonAsync("v1/completions", $$"""{"model":"{{model}}","prompt":"Once upon a time","max_tokens":24,"temperature":0}""");

    private async Task<string> AnswerAsync(string model)
    {
        var answer = await SendAsync(model);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        var body = await answer.JsonAsync();
        body.GetProperty("model").GetString().ShouldBe(model);
        return body.GetProperty("choices")[0].GetProperty("text").GetString()!;
    }

    /// <summary>LoRA of the value projections with seeded random numbers; the configuration always says rank 2.</summary>
    internal static void WriteAdapter(string folder, ulong seed, int rank = 2)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(
            Path.Combine(folder, "adapter_config.json"),
            JsonSerializer.Serialize(new { peft_type = "LORA", r = 2, lora_alpha = 8, target_modules = new[] { "v_proj" } }),
            Encoding.UTF8);
        var random = new SeededRandom(seed);
        var writer = new SafetensorsWriter();
        for (var layer = 0; layer < 5; layer++)
        {
            var path = $"base_model.model.model.layers.{layer}.self_attn.v_proj.";
            writer.Add(path + "lora_A.weight", Numbers(rank * 64), rank, 64);
            writer.Add(path + "lora_B.weight", Numbers(32 * rank), 32, rank);
        }

        writer.Write(Path.Combine(folder, "adapter_model.safetensors"));

        float[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() - 0.5f) * 0.6f)];
    }
}

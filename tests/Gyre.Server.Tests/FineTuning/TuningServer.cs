using System.ClientModel;
using System.ClientModel.Primitives;
using System.Text;
using System.Text.Json;
using Gyre.Models.Catalog;
using Gyre.Models.Generation;
using Gyre.Server.Hosting;
using Gyre.Tensors.Threading;
using Gyre.TestSupport;
using OpenAI;

namespace Gyre.Server.Tests.FineTuning;

/// <summary>A server with the smallest model that comes with Gyre, which can be stopped and started again over its data folder.</summary>
internal sealed class TuningServer : IAsyncDisposable
{
    public static readonly string Model = Path.Combine(TestData.RepositoryRoot, "models", "compact");

    private readonly ThreadTeam _team = new(2);
    private HttpClient? _http;
    private GyreHost? _host;

    public string Folder { get; } = Directory.CreateTempSubdirectory("gyre-tuning-").FullName;

    public HttpClient Http => _http!; // Set by the start.

    public GyreHost Host => _host!; // Set by the start.

    public static async Task<TuningServer> NewAsync(Func<GyreHostOptions, GyreHostOptions>? configure = null)
    {
        var server = new TuningServer();
        await File.WriteAllTextAsync(Path.Combine(server.Folder, "aliases.yaml"), "default: other\naliases:\n  other:\n    model: default\n  compact:\n    model: default\n");
        await server.StartAsync(configure);
        return server;
    }

    public async Task StartAsync(Func<GyreHostOptions, GyreHostOptions>? configure = null)
    {
        var loader = new ModelLoader(_team, TimeProvider.System);
        var options = new GyreHostOptions
        {
            DataFolder = Folder,
            Port = 0,
            DefaultModel = Model,
            OpenModel = (model, cancellationToken) => loader.LoadAsync(ModelFolder.Open(model), "compact", cancellationToken),
            FineTuningThreads = 2,
            LogsToConsole = false,
        };
        _host = GyreHost.Create(configure?.Invoke(options) ?? options);
        await _host.StartAsync();
        (await _host.WaitForDefaultModelAsync()).ShouldBeNull();
        _http = new HttpClient { BaseAddress = _host.Address, Timeout = TimeSpan.FromSeconds(60) };
    }

    public async Task StopAsync()
    {
        _http?.Dispose();
        if (_host is not null)
        {
            await _host.StopAsync();
            await _host.DisposeAsync();
        }
    }

    public OpenAIClient Client() =>
        new(new ApiKeyCredential("unused"), new OpenAIClientOptions { Endpoint = new Uri(Host.Address, "v1"), RetryPolicy = new ClientRetryPolicy(0), NetworkTimeout = TimeSpan.FromSeconds(60) });

    /// <summary>Conversations with one answer that the base would never give.</summary>
    public static byte[] Conversations(int count, string answer = "Ahoy, the parrot says yes.")
    {
        var text = new StringBuilder();
        for (var i = 0; i < count; i++)
        {
            text.Append(JsonSerializer.Serialize(new
            {
                messages = new object[]
                {
                    new { role = "user", content = $"Is the {Things[i % Things.Length]} number {i} in stock?" },
                    new { role = "assistant", content = answer },
                },
            })).Append('\n');
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    public static MultipartFormDataContent Form(byte[] content, string name = "examples.jsonl", string purpose = "fine-tune") => new()
    {
        { new StringContent(purpose), "purpose" },
        { new ByteArrayContent(content), "file", name },
    };

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _team.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private static readonly string[] Things = ["scarf", "coat", "hat", "belt", "shirt", "dress", "shoe"];
}

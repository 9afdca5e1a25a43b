using Gyre.Models;
using Gyre.Models.Templates;
using Gyre.Server.Hosting;

namespace Gyre.Server.Tests.Fakes;

/// <summary>A real server on a free port over a temporary data folder, with the fake engine behind it.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private const string Aliases = "default: gyre\naliases:\n  gyre:\n    model: default\n";

    private TestServer(GyreHost host, FakeGenerator generator, string folder)
    {
        Host = host;
        Generator = generator;
        Folder = folder;
        Http = new HttpClient { BaseAddress = host.Address, Timeout = TimeSpan.FromSeconds(30) };
    }

    public GyreHost Host { get; }

    public FakeGenerator Generator { get; }

    public string Folder { get; }

    public HttpClient Http { get; }

    public static async Task<TestServer> StartAsync(Func<GyreHostOptions, GyreHostOptions>? configure = null, string? aliases = null, string? folder = null, string? template = null, bool embeds = false)
    {
        folder ??= Directory.CreateTempSubdirectory("gyre-server-").FullName;
        if (aliases is not null || !File.Exists(Path.Combine(folder, "aliases.yaml")))
        {
            await File.WriteAllTextAsync(Path.Combine(folder, "aliases.yaml"), aliases ?? Aliases);
        }

        var generator = new FakeGenerator();
        var options = new GyreHostOptions
        {
            DataFolder = folder,
            Port = 0,
            DefaultModel = "/fake",
            OpenModel = (_, _) => Task.FromResult(new LanguageModel("fake", new string('a', 64), new FakeByteTokenizer(), template is null ? null : ChatTemplate.Parse(template), new FakeDecoder(), generator)
            {
                Embedder = embeds ? new FakeEmbedder() : null,
                Reranker = embeds ? new FakeReranker() : null,
            }),
            DrainTimeout = TimeSpan.FromSeconds(5),
            LogsToConsole = false,
        };
        var host = GyreHost.Create(configure?.Invoke(options) ?? options);
        try
        {
            await host.StartAsync();
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }

        return new TestServer(host, generator, folder);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Host.StopAsync();
        await Host.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}

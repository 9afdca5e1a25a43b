using Gyre.Models;
using Gyre.Models.Generation;
using Gyre.Server.Catalog;
using Gyre.Server.Hosting;
using Gyre.Server.Http;
using Gyre.Server.Tests.Fakes;
using Microsoft.Extensions.Logging;

namespace Gyre.Server.Tests.Catalog;

public sealed class ModelPoolTests : IDisposable
{
    private static readonly ModelAlias Alias = new("gyre", "default", "", new GenerationOptions(), null, "");

    private readonly DataFolder _folder = DataFolder.Open(Directory.CreateTempSubdirectory("gyre-pool-").FullName);
    private readonly RecordingLog _log = new();

    public void Dispose()
    {
        _folder.Dispose();
        Directory.Delete(_folder.Path, recursive: true);
    }

    [Fact]
    public async Task An_opening_that_fails_when_nobody_waits_for_it_does_not_disturb_closing()
    {
        var opening = new TaskCompletionSource<LanguageModel>();
        var pool = await PoolThatOpens(opening.Task);
        opening.SetException(new InvalidOperationException("The file is odd."));

        await pool.DisposeAsync();

        _log.Errors.ShouldHaveSingleItem().ShouldBeOfType<InvalidOperationException>();
    }

    [Fact]
    public async Task An_opening_that_is_cancelled_by_closing_is_no_failure()
    {
        var opening = new TaskCompletionSource<LanguageModel>();
        var pool = await PoolThatOpens(opening.Task);
        opening.SetCanceled();

        await pool.DisposeAsync();

        _log.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_model_that_was_unused_longest_makes_room_for_another()
    {
        await using var pool = PoolOfFiles(budget: 250, out var closed);
        (await pool.GetAsync(Of("a"), Cancellation)).Dispose();
        (await pool.GetAsync(Of("b"), Cancellation)).Dispose();
        (await pool.GetAsync(Of("a"), Cancellation)).Dispose();

        using var third = await pool.GetAsync(Of("c"), Cancellation);

        closed.ShouldBe(["b"]);
        pool.Find(Of("a")).ShouldNotBeNull();
        pool.Find(Of("b")).ShouldBeNull();
        using var again = await pool.GetAsync(Of("b"), Cancellation);
        closed.ShouldBe(["b", "a"]);
    }

    [Fact]
    public async Task A_model_in_use_is_never_closed_and_what_does_not_fit_is_refused_with_the_estimate()
    {
        await using var pool = PoolOfFiles(budget: 250 << 20, out var closed, fileBytes: 100 << 20);
        using var first = await pool.GetAsync(Of("a"), Cancellation);
        var second = await pool.GetAsync(Of("b"), Cancellation);

        var error = await Should.ThrowAsync<ApiException>(pool.GetAsync(Of("c"), Cancellation));
        error.Message.ShouldContain("take 100 MiB; expected at most 50 MiB");
        error.Message.ShouldContain("SRV0124");
        closed.ShouldBeEmpty();

        second.Dispose();
        (await pool.GetAsync(Of("c"), Cancellation)).Dispose();
        closed.ShouldBe(["b"]);
    }

    [Fact]
    public async Task A_model_larger_than_the_budget_is_refused_and_closes_nobody()
    {
        await using var pool = PoolOfFiles(budget: 50 << 20, out var closed, fileBytes: 60 << 20);

        var error = await Should.ThrowAsync<ApiException>(pool.GetAsync(Of("a"), Cancellation));

        error.Message.ShouldContain("--model-memory");
        closed.ShouldBeEmpty();
    }

    [Fact]
    public async Task Many_at_once_share_one_opening_and_stay_within_the_budget()
    {
        var opened = 0;
        await using var pool = PoolOfFiles(budget: 250, out _, onOpen: () => Interlocked.Increment(ref opened));

        var leases = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => pool.GetAsync(Of(i % 2 == 0 ? "a" : "b"), Cancellation)));

        opened.ShouldBe(2);
        foreach (var lease in leases)
        {
            lease.Dispose();
        }
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private ModelAlias Of(string name) => Alias with { Name = name, Model = Path.Combine(_folder.Path, name + ".gguf") };

    /// <summary>A pool of models a, b and c whose files have a size and nothing in them.</summary>
    private ModelPool PoolOfFiles(long budget, out List<string> closed, long fileBytes = 100, Action? onOpen = null)
    {
        foreach (var name in (string[])["a", "b", "c"])
        {
            using var file = File.Create(Path.Combine(_folder.Path, name + ".gguf"));
            file.SetLength(fileBytes);
        }

        var names = closed = [];
        return new ModelPool(_folder, new AdapterCatalog(_folder.Adapters, new Dictionary<string, string>()), null, (path, _) =>
        {
            onOpen?.Invoke();
            var name = Path.GetFileNameWithoutExtension(path);
            var decoder = new FakeDecoder { OnDispose = () => names.Add(name) };
            return Task.FromResult(new LanguageModel(name, "", new FakeByteTokenizer(), null, decoder, new FakeGenerator()));
        }, budget, _log);
    }

    /// <summary>A pool that was asked for a model by someone who left before it was open.</summary>
    private async Task<ModelPool> PoolThatOpens(Task<LanguageModel> opening)
    {
        var pool = new ModelPool(_folder, new AdapterCatalog(_folder.Adapters, new Dictionary<string, string>()), "/model", (_, _) => opening, long.MaxValue, _log);
        using var cancel = new CancellationTokenSource();
        var asked = pool.GetAsync(Alias, cancel.Token);
        await cancel.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(asked);
        return pool;
    }

    private sealed class RecordingLog : ILogger<ModelPool>
    {
        public List<Exception> Errors { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (exception is not null)
            {
                Errors.Add(exception);
            }
        }
    }
}

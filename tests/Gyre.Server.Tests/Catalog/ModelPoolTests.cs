using Gyre.Models;
using Gyre.Models.Generation;
using Gyre.Server.Catalog;
using Gyre.Server.Hosting;
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

    /// <summary>A pool that was asked for a model by someone who left before it was open.</summary>
    private async Task<ModelPool> PoolThatOpens(Task<LanguageModel> opening)
    {
        var pool = new ModelPool(_folder, new AdapterCatalog(_folder.Adapters, new Dictionary<string, string>()), "/model", (_, _) => opening, _log);
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

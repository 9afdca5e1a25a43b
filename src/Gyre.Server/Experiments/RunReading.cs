using System.Text.Json;
using Gyre.Contracts;
using Gyre.Evaluation.Experiments;
using Gyre.Evaluation.Reports;
using Gyre.Evaluation.Reports.Examples;
using Gyre.Registry.Experiments;
using Gyre.Server.Http;

namespace Gyre.Server.Experiments;

/// <summary>Looks up runs and what their folders hold, for the API and for the console.</summary>
internal sealed class RunReading(ExperimentStore store, RunFolders folders)
{
    private const int MostMatrixRuns = 1000;

    /// <summary>The run of an id and kind.</summary>
    /// <exception cref="ApiException">SRV0187: there is none.</exception>
    public async Task<ExperimentEntry> EntryAsync(string id, ExperimentKind kind, CancellationToken cancellationToken) =>
        await store.FindAsync(id, cancellationToken) is { } entry && entry.Run.Kind == kind ? entry : throw RunErrors.NoRun;

    public Task<OpenedRun<ExperimentResult>> OpenAsync(ExperimentEntry entry, CancellationToken cancellationToken) => folders.OpenExperimentAsync(entry, cancellationToken);

    /// <summary>The rows of a run that match a query.</summary>
    public async Task<(RowPage Page, IReadOnlyList<string> Metrics, IReadOnlyList<string> Segments)> FindAsync(ExperimentEntry entry, ExperimentResult result, RowQuery query, CancellationToken cancellationToken)
    {
        using var rows = await folders.OpenRowsAsync(entry, result, cancellationToken);
        return await Task.Run(() => (rows.Find(query, cancellationToken), rows.Metrics, rows.Segments), cancellationToken);
    }

    /// <summary>One row of a run; null when there is none of that number.</summary>
    public async Task<Example?> RowAsync(ExperimentEntry entry, ExperimentResult result, long number, CancellationToken cancellationToken)
    {
        using var rows = await folders.OpenRowsAsync(entry, result, cancellationToken);
        return await Task.Run(() => rows.Read(number), cancellationToken);
    }

    /// <summary>Two runs side by side.</summary>
    /// <exception cref="GyreException">EVA0049: they cannot be compared; others for the files of either.</exception>
    public async Task<JoinedRuns> JoinAsync(OpenedRun<ExperimentResult> first, OpenedRun<ExperimentResult> second, string? baseline, CancellationToken cancellationToken)
    {
        var (one, other) = (first.Content ?? throw RunErrors.Unusable(first), second.Content ?? throw RunErrors.Unusable(second));

        // What cannot be compared is refused before any index is built for it.
        if (one.DatasetDigest != other.DatasetDigest)
        {
            return JoinedRuns.Of(one, null, other, null, baseline);
        }

        using var firstRows = await RowsOrNoneAsync(first.Entry, one, cancellationToken);
        using var secondRows = await RowsOrNoneAsync(second.Entry, other, cancellationToken);
        return await Task.Run(() => JoinedRuns.Of(one, firstRows, other, secondRows, baseline), cancellationToken);
    }

    public Task<OpenedRun<BenchmarkFile>> OpenBenchmarkAsync(ExperimentEntry entry, CancellationToken cancellationToken) => folders.OpenBenchmarkAsync(entry, cancellationToken);

    public async Task<BenchmarkMatrix> MatrixAsync(CancellationToken cancellationToken)
    {
        var page = await store.ListAsync(new ExperimentQuery { Kind = ExperimentKind.Benchmark, Limit = MostMatrixRuns }, cancellationToken);
        return BenchmarkMatrix.Of(page.Entries, page.Next is not null);
    }

    /// <summary>The result as the element of an answer.</summary>
    public static JsonElement Element(ExperimentResult result)
    {
        using var stream = new MemoryStream();
        ResultFile.Write(stream, result);
        stream.Position = 0;
        using var document = JsonDocument.Parse(stream);
        return document.RootElement.Clone();
    }

    private async Task<ExperimentRows?> RowsOrNoneAsync(ExperimentEntry entry, ExperimentResult result, CancellationToken cancellationToken) =>
        RunFolders.HasRows(entry) ? await folders.OpenRowsAsync(entry, result, cancellationToken) : null;
}

using Gyre.Contracts;
using Microsoft.Extensions.AI;

namespace Gyre.Evaluation.Runs;

/// <summary>Asks a model every row of a dataset, scores what it writes, and sums up.</summary>
/// <remarks>
/// A failed call is a failed row with its reason, not a bad score; it is asked again when the run is resumed. Results
/// do not depend on the parallelism. The client stays the caller's.
/// </remarks>
/// <param name="client">The model.</param>
/// <param name="options">What is measured and how.</param>
/// <param name="clock">Measures how long calls take.</param>
public sealed class EvaluationRun(IChatClient client, EvaluationRunOptions options, TimeProvider clock)
{
    /// <summary>Runs all rows that an earlier run with the same results file did not finish.</summary>
    /// <param name="rows">The dataset; ids are unique.</param>
    /// <param name="progress">Receives a report at the start and after each row; calls do not overlap.</param>
    /// <param name="cancellationToken">Stops the run; rows that finished are in the results file.</param>
    /// <exception cref="EvaluationException">
    /// EVA0013: options or rows cannot be used, all faults listed. EVA0014: too many calls failed. EVA0010–EVA0012: the results file.
    /// </exception>
    public async Task<EvaluationResult> RunAsync(IReadOnlyList<DatasetRow> rows, IProgress<EvaluationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        Require(rows);
        using var file = options.ResultsPath is { } path ? ResultsFile.Open(path, ResultsFile.Fingerprint(options, rows), options.Model) : null;
        var results = new Dictionary<string, RowResult>(StringComparer.Ordinal);
        foreach (var finished in file?.Finished ?? [])
        {
            // A row that failed before has an error line; a later line of the same row replaces it.
            results[finished.Id] = finished;
        }

        var pending = rows.Where(row => !results.TryGetValue(row.Id, out var result) || result.Error is not null).ToArray();
        var done = rows.Count - pending.Length;
        var failed = 0;
        var gate = new Lock();
        progress?.Report(new EvaluationProgress(done, rows.Count, failed, null));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var settings = new ParallelOptions { MaxDegreeOfParallelism = options.Parallelism, CancellationToken = stop.Token };
        EvaluationException? halt = null;
        try
        {
            await Parallel.ForEachAsync(pending, settings, async (row, token) =>
            {
                var result = await AskAsync(row, token);
                lock (gate)
                {
                    if (halt is not null)
                    {
                        return;
                    }

                    file?.Append(result);
                    results[row.Id] = result;
                    done++;
                    failed += result.Error is null ? 0 : 1;
                    progress?.Report(new EvaluationProgress(done, rows.Count, failed, result));
                    if (failed >= options.MaxFailures)
                    {
                        halt = new EvaluationException("EVA0014", $"The evaluation of '{options.Model}' stopped: {failed} calls failed, the last with: {result.Error} See that the model answers, then run again; finished rows are kept when a results file is named.");
                        stop.Cancel();
                    }
                }
            });
        }
        catch (OperationCanceledException) when (halt is not null && !cancellationToken.IsCancellationRequested)
        {
            // The run stopped itself; the reason is thrown below.
        }

        if (halt is not null)
        {
            throw halt;
        }

        var ordered = rows.Select(row => results[row.Id]).ToArray();
        return new EvaluationResult(options.Model, ordered, [.. options.Metrics.Select(plan => MetricSummary.Summarize(plan, ordered, options))], failed);
    }

    private async Task<RowResult> AskAsync(DatasetRow row, CancellationToken cancellationToken)
    {
        var start = clock.GetTimestamp();
        string output;
        long? tokens;
        try
        {
            List<ChatMessage> messages = options.SystemPrompt is { } system ? [new(ChatRole.System, system)] : [];
            messages.Add(new ChatMessage(ChatRole.User, row.Prompt));
            var response = await client.GetResponseAsync(messages, options.Generation.Clone(), cancellationToken);
            output = response.Text;
            tokens = response.Usage?.OutputTokenCount;
        }
        catch (Exception error) when (error is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // Whatever a client throws is this row's failure, and is reported as such.
            return new RowResult(row.Id, row.Task, null, $"{error.GetType().Name}: {error.Message}", new Dictionary<string, Score>(StringComparer.Ordinal), clock.GetElapsedTime(start), null);
        }

        var duration = clock.GetElapsedTime(start);
        var scores = new Dictionary<string, Score>(StringComparer.Ordinal);
        foreach (var metric in options.Metrics.Where(metric => metric.Task == row.Task))
        {
            scores[metric.Scorer.Name] = await metric.Scorer.ScoreAsync(row, output, cancellationToken);
        }

        return new RowResult(row.Id, row.Task, output, null, scores, duration, tokens);
    }

    private void Require(IReadOnlyList<DatasetRow> rows)
    {
        var faults = options.Faults();
        if (rows.Count == 0)
        {
            faults.Add("there are no rows");
        }

        faults.AddRange(rows.CountBy(row => row.Id).Where(pair => pair.Value > 1).Take(3).Select(pair => $"{pair.Value} rows have the id '{pair.Key}'"));
        var planned = options.Metrics.Select(metric => metric.Task).ToHashSet(StringComparer.Ordinal);
        faults.AddRange(rows.Select(row => row.Task).Distinct(StringComparer.Ordinal).Where(task => !planned.Contains(task)).Select(task => $"no metric is planned for the task '{task}'"));
        if (faults.Count > 0)
        {
            throw new EvaluationException("EVA0013", $"Starting an evaluation failed: {string.Join("; ", faults)}. Correct the recipe.");
        }
    }
}

using Gyre.Contracts;
using Gyre.Evaluation.Experiments;
using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Metrics.Labels;
using Gyre.Evaluation.Replies;
using Gyre.Evaluation.Statistics;

namespace Gyre.Evaluation.Judges.Pairs;

/// <summary>Asks two candidates every row, has their answers compared, and sums up.</summary>
/// <remarks>
/// Rows leave in their order, so results do not depend on timing or parallelism. Answers are shared with experiments through
/// the kept replies.
/// <para>Cost: about 200 bytes a row; answers are not kept in memory.</para>
/// </remarks>
public sealed class PairwiseRun
{
    private static readonly LabelSet Preferences = new(Enum.GetNames<PairPreference>());
    private readonly PairwisePlan _plan;

    /// <summary>Takes a plan.</summary>
    /// <exception cref="EvaluationException">EVA0013: the plan cannot be used; all faults are listed.</exception>
    public PairwiseRun(PairwisePlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var faults = plan.Faults();
        _plan = faults.Count == 0 ? plan : throw new EvaluationException("EVA0013", $"Starting a comparison failed: {string.Join("; ", faults)}. Correct the plan.");
    }

    /// <summary>Runs.</summary>
    /// <param name="rows">Receives each row with its answers and verdicts, in order; calls do not overlap.</param>
    /// <param name="cancellationToken">Stops the run.</param>
    /// <exception cref="EvaluationException">EVA0014: too many calls of candidates failed. EVA0040: the judge is down. EVA0020, EVA0021, EVA0031: files.</exception>
    public async Task<PairwiseResult> RunAsync(IProgress<PairwiseRow>? rows = null, CancellationToken cancellationToken = default)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var inFlight = new Queue<Task<PairwiseRow>>();
        var judged = new List<JudgedPair>();
        var failed = 0;
        try
        {
            foreach (var row in _plan.Dataset.Read())
            {
                if (inFlight.Count == _plan.Parallelism)
                {
                    Add(await inFlight.Dequeue());
                }

                inFlight.Enqueue(Task.Run(() => JudgeAsync(row, stop.Token), stop.Token));
            }

            while (inFlight.Count > 0)
            {
                Add(await inFlight.Dequeue());
            }
        }
        catch
        {
            // Whoever still asks must not outlive the run; the first fault is the one that is told.
            await stop.CancelAsync();
            await Task.WhenAll(inFlight).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            throw;
        }

        return Summarize(judged, cancellationToken);

        void Add(PairwiseRow row)
        {
            rows?.Report(row);
            judged.Add(new JudgedPair(row.Verdict with { Reason = "" }, row.Control is null ? null : row.Control with { Reason = "" }, row.First?.Length ?? 0, row.Second?.Length ?? 0));
            failed += row.First is null || row.Second is null ? 1 : 0;
            if (failed >= _plan.MaxFailures)
            {
                throw new EvaluationException("EVA0014", $"The comparison of '{_plan.First.Name}' with '{_plan.Second.Name}' stopped: {failed} rows lack an answer, the last because: {row.Verdict.Undefined?.Detail} See that both answer, then run again; kept replies are not asked for again.");
            }
        }
    }

    private async Task<PairwiseRow> JudgeAsync(DatasetRow row, CancellationToken cancellationToken)
    {
        var (first, firstError) = await AnswerAsync(_plan.First, row, cancellationToken);
        var (second, secondError) = await AnswerAsync(_plan.Second, row, cancellationToken);
        if (first is null || second is null)
        {
            var undefined = PairVerdict.None(new Undefined(UndefinedCause.MissingInput, firstError ?? secondError ?? "an answer is missing"));
            return new PairwiseRow(row.Id, first, second, undefined, _plan.Control is null ? null : undefined);
        }

        var verdict = await CompareAsync(_plan.Judge, row, first, second, cancellationToken);
        return new PairwiseRow(row.Id, first, second, verdict, _plan.Control is { } control ? await CompareAsync(control, row, first, second, cancellationToken) : null);
    }

    private static async Task<PairVerdict> CompareAsync(IPairJudge judge, DatasetRow row, string first, string second, CancellationToken cancellationToken)
    {
        try
        {
            return await judge.CompareAsync(row, first, second, cancellationToken);
        }
        catch (Exception error) when (error is not EvaluationException && (error is not OperationCanceledException || !cancellationToken.IsCancellationRequested))
        {
            // The verdict of this row is missing and says why; the others are not lost for it.
            return PairVerdict.None(new Undefined(UndefinedCause.ScorerFailed, $"the judge failed: {error.GetType().Name}: {error.Message}"));
        }
    }

    private async Task<(string? Text, string? Error)> AnswerAsync(ICandidate candidate, DatasetRow row, CancellationToken cancellationToken)
    {
        var key = CandidateReplyKey.Of(candidate, row, 0);
        if (_plan.Replies?.TryGet(key, out var kept) == true)
        {
            return (kept.Text, null);
        }

        try
        {
            var reply = await candidate.AnswerAsync(row, 0, cancellationToken);
            _plan.Replies?.Add(key, reply);
            return (reply.Text, null);
        }
        catch (Exception error) when (error is not EvaluationException && (error is not OperationCanceledException || !cancellationToken.IsCancellationRequested))
        {
            // Whatever a candidate throws is this answer's failure, and is reported as such.
            return (null, $"the call of '{candidate.Name}' failed: {error.GetType().Name}: {error.Message}");
        }
    }

    private PairwiseResult Summarize(List<JudgedPair> pairs, CancellationToken cancellationToken)
    {
        var values = new SampleStatistics(1);
        foreach (var pair in pairs)
        {
            if (pair.Verdict.Value is { } value)
            {
                values.Add([value]);
            }
            else
            {
                values.AddUndefined();
            }
        }

        var (rate, interval, count) = SampleInterval.Of(values, static (sums, number) => MetricValue.Ratio(sums[0], number, "no row has a verdict"), _plan.Comparison, cancellationToken);
        var (wins, losses) = (pairs.Count(pair => pair.Verdict.Preference == PairPreference.First), pairs.Count(pair => pair.Verdict.Preference == PairPreference.Second));
        string[] candidates = [_plan.First.Name, _plan.Second.Name];
        string[] selfJudged = [.. candidates.Where(name => _plan.Judge.Models.Contains(name, StringComparer.Ordinal))];
        var reasons = pairs.Where(pair => pair.Verdict.Undefined is not null).CountBy(pair => pair.Verdict.Undefined!.Detail).ToArray(); // Filtered just now.
        return new PairwiseResult(
            _plan.First.Name,
            _plan.Second.Name,
            _plan.Judge.Name,
            pairs.Count,
            wins,
            count - wins - losses,
            losses,
            pairs.Count - count,
            reasons.Length == 0 ? "" : reasons.OrderBy(pair => pair.Key, StringComparer.Ordinal).MaxBy(pair => pair.Value).Key,
            rate,
            interval,
            PairedTests.McNemar(wins, losses),
            PositionBias.Of(pairs.Select(pair => pair.Verdict), _plan.Comparison.Confidence),
            VerbosityBias.Of(pairs.Select(pair => (pair.Verdict, pair.FirstLength, pair.SecondLength)), _plan.Comparison, cancellationToken),
            selfJudged,
            _plan.Control is null ? null : AgreementOf(pairs, cancellationToken),
            _plan.Control is null || selfJudged.Length != 1 ? null : PreferenceOf(pairs, selfJudged[0] == _plan.First.Name, cancellationToken));
    }

    private JudgeAgreement AgreementOf(List<JudgedPair> pairs, CancellationToken cancellationToken) => JudgeAgreement.Of(
        [.. pairs.Select(pair => pair.Verdict.Preference?.ToString())], [.. pairs.Select(pair => pair.Control?.Preference?.ToString())], Preferences, _plan.Comparison, cancellationToken: cancellationToken);

    private Comparison PreferenceOf(List<JudgedPair> pairs, bool isFirst, CancellationToken cancellationToken) => SelfPreference.Of(
        [.. pairs.Select(pair => isFirst ? pair.Verdict.Value : 1 - pair.Verdict.Value)], [.. pairs.Select(pair => isFirst ? pair.Control?.Value : 1 - pair.Control?.Value)], _plan.Comparison, cancellationToken);

    private sealed record JudgedPair(PairVerdict Verdict, PairVerdict? Control, int FirstLength, int SecondLength);
}

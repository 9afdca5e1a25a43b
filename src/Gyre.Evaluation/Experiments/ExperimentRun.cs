using System.Threading.Channels;
using Gyre.Contracts;
using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Rag;
using Gyre.Evaluation.Replies;

namespace Gyre.Evaluation.Experiments;

/// <summary>Asks all candidates every row, scores what they write, and sums up.</summary>
/// <remarks>
/// Rows are taken one after another and leave in their order, so results do not depend on timing or parallelism. A failed
/// call is a failed answer with its reason, not a bad score; it is asked again when the experiment is run again, for failures are
/// not kept. A scorer that throws leaves its score of that answer undefined, and the run goes on;
/// an <see cref="EvaluationException"/> of a scorer (a judge that is down, a cache that cannot be written) stops it.
/// <para>Cost: memory for statistics (8 bytes a statistic, row, scorer and candidate) and for the rows in flight.</para>
/// </remarks>
public sealed class ExperimentRun
{
    private readonly ExperimentPlan _plan;
    private readonly SemaphoreSlim _calls;

    /// <summary>Takes a plan.</summary>
    /// <exception cref="EvaluationException">EVA0013: the plan cannot be used; all faults are listed.</exception>
    public ExperimentRun(ExperimentPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var faults = plan.Faults();
        if (faults.Count > 0)
        {
            throw new EvaluationException("EVA0013", $"Starting an experiment failed: {string.Join("; ", faults)}. Correct the recipe.");
        }

        (_plan, _calls) = (plan, new SemaphoreSlim(plan.Parallelism));
    }

    /// <summary>Runs.</summary>
    /// <param name="progress">Receives a report after each row; calls do not overlap.</param>
    /// <param name="cancellationToken">Stops the run; replies that arrived are kept.</param>
    /// <exception cref="EvaluationException">EVA0014: too many calls failed. EVA0040: a judge is down. EVA0012, EVA0020, EVA0021, EVA0031: files.</exception>
    public async Task<ExperimentResult> RunAsync(IProgress<ExperimentProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        var tables = _plan.Scorers.Select(scorer => new ScoreTable(scorer, _plan.Candidates.Count, _plan.Segments, _plan.Dataset.Count)).ToArray();
        var tallies = _plan.Candidates.Select(candidate => new CandidateTally(candidate, _plan.Dataset.Count)).ToArray();
        _plan.Replies?.Reserve((long)_plan.Dataset.Count * _plan.Candidates.Count);
        using var rows = _plan.RowsPath is { } path ? RowsFile.Create(path) : null;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var outcomes = Channel.CreateBounded<Task<RowOutcome>>(new BoundedChannelOptions(2 * _plan.Parallelism) { SingleReader = true, SingleWriter = true });
        var producer = Task.Run(() => ProduceAsync(outcomes.Writer, tables, stop.Token), CancellationToken.None);
        var done = 0L;
        try
        {
            await foreach (var pending in outcomes.Reader.ReadAllAsync(cancellationToken))
            {
                var outcome = await pending;
                rows?.Write(outcome, _plan);
                _plan.Seen?.Invoke(outcome);
                Add(outcome, tables, tallies);
                done++;
                progress?.Report(new ExperimentProgress(done, _plan.Dataset.Count, tallies.Sum(tally => tally.Failed), tallies.Sum(tally => tally.Kept)));
            }

            await producer;
        }
        catch
        {
            // Whoever still asks must not outlive the run; the first fault is the one that is told.
            await stop.CancelAsync();
            await producer.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            await DrainAsync(outcomes.Reader);
            throw;
        }

        rows?.Commit();
        return ExperimentSummary.Summarize(_plan, tables, tallies, done, cancellationToken);
    }

    private static async Task DrainAsync(ChannelReader<Task<RowOutcome>> reader)
    {
        while (reader.TryRead(out var pending))
        {
            await pending.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    private async Task ProduceAsync(ChannelWriter<Task<RowOutcome>> writer, ScoreTable[] tables, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var row in _plan.Dataset.Read())
            {
                await writer.WriteAsync(ProcessAsync(row, tables, cancellationToken), cancellationToken);
            }

            writer.Complete();
        }
        catch (Exception error)
        {
            writer.Complete(error);
        }
    }

    private void Add(RowOutcome outcome, ScoreTable[] tables, CandidateTally[] tallies)
    {
        for (var i = 0; i < tables.Length; i++)
        {
            if (tables[i].Takes(outcome.Row))
            {
                tables[i].Add(outcome, i);
            }
        }

        for (var i = 0; i < tallies.Length; i++)
        {
            tallies[i].Add(outcome.Candidates[i]);
            if (tallies[i].Failed >= _plan.MaxFailures)
            {
                throw new EvaluationException(
                    "EVA0014",
                    $"The experiment '{_plan.Name}' stopped: {tallies[i].Failed} calls of '{_plan.Candidates[i].Name}' failed, the last with: {outcome.Candidates[i].Error} See that it answers, then run again; replies that arrived are kept when the experiment has a folder.");
            }
        }
    }

    private async Task<RowOutcome> ProcessAsync(DatasetRow row, ScoreTable[] tables, CancellationToken cancellationToken)
    {
        var answers = new Answer[_plan.Candidates.Count];
        for (var i = 0; i < answers.Length; i++)
        {
            answers[i] = await AskAsync(_plan.Candidates[i], row, cancellationToken);
        }

        var shared = _plan.SharesOutputs
            ? OutputFacts.With(row, answers.Index().Where(item => item.Item.Reply is not null).Select(item => (_plan.Candidates[item.Index].Name, item.Item.Reply!.Text))) // Filtered just now.
            : row;
        var outcomes = new CandidateOutcome[answers.Length];
        for (var i = 0; i < answers.Length; i++)
        {
            outcomes[i] = await ScoreAsync(answers[i], shared, tables, cancellationToken);
        }

        return new RowOutcome(row, outcomes);
    }

    private async Task<Answer> AskAsync(ICandidate candidate, DatasetRow row, CancellationToken cancellationToken)
    {
        var answer = await AskOnceAsync(candidate, row, cancellationToken);
        if (!_plan.AsksParaphrases || answer.Reply is null)
        {
            return answer;
        }

        var others = new List<string>();
        string? fault = null;
        foreach (var wording in ParaphraseFacts.Of(row))
        {
            var other = await AskOnceAsync(candidate, row with { Prompt = wording }, cancellationToken);
            if (other.Reply is { } reply)
            {
                others.Add(reply.Text);
            }

            fault ??= other.Error;
        }

        return answer with { Paraphrases = others, ParaphraseFault = fault };
    }

    private async Task<Answer> AskOnceAsync(ICandidate candidate, DatasetRow row, CancellationToken cancellationToken)
    {
        var key = CandidateReplyKey.Of(candidate, row, 0);
        if (_plan.Replies is { } replies && replies.TryGet(key, out var kept))
        {
            return new Answer(kept, null, true);
        }

        await _calls.WaitAsync(cancellationToken);
        try
        {
            var reply = await candidate.AnswerAsync(row, 0, cancellationToken);
            _plan.Replies?.Add(key, reply);
            return new Answer(reply, null, false);
        }
        catch (Exception error) when (error is not EvaluationException { Code: "EVA0020" or "EVA0021" } && (error is not OperationCanceledException || !cancellationToken.IsCancellationRequested))
        {
            // Whatever a candidate throws is this answer's failure, and is reported as such.
            return new Answer(null, $"{error.GetType().Name}: {error.Message}", false);
        }
        finally
        {
            _calls.Release();
        }
    }

    private async Task<CandidateOutcome> ScoreAsync(Answer answer, DatasetRow row, ScoreTable[] tables, CancellationToken cancellationToken)
    {
        var scores = new Score?[tables.Length];
        if (answer.Reply is not { } reply)
        {
            return new CandidateOutcome(null, answer.Error, false, scores);
        }

        var judged = reply.Passages is { } passages ? PassageFacts.With(row, passages) : row;
        judged = answer.Paraphrases.Count > 0 || answer.ParaphraseFault is not null ? ParaphraseFacts.With(judged, answer.Paraphrases, answer.ParaphraseFault) : judged;
        await _calls.WaitAsync(cancellationToken);
        try
        {
            for (var i = 0; i < tables.Length; i++)
            {
                scores[i] = tables[i].Takes(row) ? await ScoreAsync(tables[i].Plan.Scorer, judged, reply.Text, cancellationToken) : null;
            }
        }
        finally
        {
            _calls.Release();
        }

        return new CandidateOutcome(reply, null, answer.IsKept, scores);
    }

    private static async ValueTask<Score> ScoreAsync(IScorer scorer, DatasetRow row, string output, CancellationToken cancellationToken)
    {
        try
        {
            return await scorer.ScoreAsync(row, output, cancellationToken);
        }
        catch (Exception error) when (error is not EvaluationException && (error is not OperationCanceledException || !cancellationToken.IsCancellationRequested))
        {
            // The score of this answer is missing and says why; the others are not lost for it.
            return Score.Undefined(UndefinedCause.ScorerFailed, $"the scorer failed: {error.GetType().Name}: {error.Message}");
        }
    }

    /// <summary>What a candidate answered to a row, and to its other wordings.</summary>
    private sealed record Answer(Reply? Reply, string? Error, bool IsKept)
    {
        public IReadOnlyList<string> Paraphrases { get; init; } = [];

        public string? ParaphraseFault { get; init; }
    }
}

using Gyre.Evaluation.Experiments;
using Gyre.Evaluation.Metrics;

namespace Gyre.Evaluation.Testing;

/// <summary>Keeps, for each candidate and scorer, the few rows that took most points off, the earlier of equal ones first.</summary>
/// <remarks>Memory is that of the rows it keeps, whatever their number.</remarks>
internal sealed class RowFailures(ExperimentPlan plan)
{
    private const int Most = 3;
    private readonly Dictionary<(string Candidate, int Scorer), List<(double Loss, RowFailure Row)>> _worst = [];

    /// <summary>The rows whose call failed, the first few of each candidate.</summary>
    public IEnumerable<RowFailure> Calls => plan.Candidates.SelectMany(candidate => Of(candidate.Name, -1));

    /// <summary>The rows that took most points off.</summary>
    public IEnumerable<RowFailure> Of(string candidate, string scorer, string? task) =>
        plan.Scorers.Index().Where(item => item.Item.Scorer.Name == scorer && item.Item.Task == task).SelectMany(item => Of(candidate, item.Index));

    public void Add(RowOutcome outcome)
    {
        for (var i = 0; i < outcome.Candidates.Length; i++)
        {
            var (candidate, found) = (plan.Candidates[i].Name, outcome.Candidates[i]);
            if (found.Error is { } error)
            {
                Keep(candidate, -1, 0, outcome, null, null, error);
            }

            for (var scorer = 0; scorer < plan.Scorers.Count; scorer++)
            {
                if (found.Scores[scorer] is { } score && LossOf(score.Result, plan.Scorers[scorer].Scorer.Form) is { } loss)
                {
                    Keep(candidate, scorer, loss, outcome, found.Reply?.Text, score.Value, score.Reason);
                }
            }
        }
    }

    /// <summary>How bad a value is, the greater the worse; null for the best that can be.</summary>
    private static double? LossOf(MetricValue value, MetricForm form)
    {
        if (!value.IsDefined)
        {
            return double.PositiveInfinity;
        }

        var isUp = form.Direction == ScoreDirection.HigherIsBetter;
        return value.Number == (isUp ? form.Greatest : form.Least) ? null : isUp ? -value.Number : value.Number;
    }

    private IEnumerable<RowFailure> Of(string candidate, int scorer) => _worst.TryGetValue((candidate, scorer), out var rows) ? rows.Select(item => item.Row) : [];

    private void Keep(string candidate, int scorer, double loss, RowOutcome outcome, string? output, double? value, string reason)
    {
        if (!_worst.TryGetValue((candidate, scorer), out var rows))
        {
            _worst.Add((candidate, scorer), rows = new List<(double, RowFailure)>(Most + 1));
        }

        var at = rows.FindIndex(item => item.Loss < loss);
        if (at < 0 && rows.Count == Most)
        {
            return;
        }

        var name = scorer < 0 ? "" : plan.Scorers[scorer].Scorer.Name;
        rows.Insert(at < 0 ? rows.Count : at, (loss, new RowFailure(candidate, name, outcome.Row.Id, outcome.Row.Prompt, outcome.Row.Reference, output, value, reason)));
        if (rows.Count > Most)
        {
            rows.RemoveAt(Most);
        }
    }
}

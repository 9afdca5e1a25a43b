using Gyre.Contracts;
using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Reports;

namespace Gyre.Evaluation.Testing;

/// <summary>1 for a row whose own value meets the limit, else 0.</summary>
internal sealed class RowLimitScorer(IScorer scorer, double limit) : IScorer
{
    public string Name { get; } = $"each row's {scorer.Name} {(scorer.Form.Direction == ScoreDirection.HigherIsBetter ? "≥" : "≤")} {MetricText.Value(scorer.Form.Unit, limit)}";

    public MetricForm Form { get; } = MetricForm.Share("share of rows whose own value meets the limit");

    public async ValueTask<Score> ScoreAsync(DatasetRow row, string output, CancellationToken cancellationToken)
    {
        var score = await scorer.ScoreAsync(row, output, cancellationToken);
        if (!score.Result.IsDefined)
        {
            return Score.Undefined(score.Result.Reason.Cause, score.Reason);
        }

        var value = score.Result.Number;
        return Score.Pass(
            scorer.Form.Direction == ScoreDirection.HigherIsBetter ? value >= limit : value <= limit,
            $"{MetricText.Value(scorer.Form.Unit, value)}{(score.Reason.Length > 0 ? ": " : "")}{score.Reason}");
    }
}

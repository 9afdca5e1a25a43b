namespace Gyre.Evaluation.Selection;

/// <summary>Puts measurements on an objective's scale: <c>(value − worst) ÷ (best − worst)</c>, cut off at 0 and 1.</summary>
/// <remarks>With a target the distance from it takes the value's place. Without a scale of the recipe the metric's own range is the scale.</remarks>
internal static class ScoreScale
{
    public static ObjectiveScore Of(SelectionObjective objective, Finding finding)
    {
        if (finding.Measurement is not { } measured)
        {
            return new ObjectiveScore(objective.Name, null, null, null, null, finding.Reason);
        }

        if (ScaleOf(objective, finding) is not var (worst, best))
        {
            return new ObjectiveScore(objective.Name, measured, null, null, null, "the metric has no range of its own; the recipe must give a 'scale'");
        }

        double At(double value) => Math.Clamp((value - worst) / (best - worst), 0, 1);
        var value = objective.Target is { } target ? Math.Abs(measured.Value - target) : measured.Value;
        var score = At(value);
        var (low, high) = (score, score);
        if (measured is { Low: { } from, High: { } to })
        {
            var (near, far) = objective.Target is { } wanted ? Distances(from, to, wanted) : (from, to);
            (low, high) = (Math.Min(At(near), At(far)), Math.Max(At(near), At(far)));
        }

        var isWithin = objective.Target is null && (value - worst) / (best - worst) is > 0 and < 1;
        return new ObjectiveScore(objective.Name, measured, score, low, high, "")
        {
            StandardError = measured.Confidence is { } confidence ? ExperimentEvidence.ErrorOf(low, high, confidence) : 0,
            Slope = isWithin ? 1 / (best - worst) : null,
        };
    }

    private static (double Worst, double Best)? ScaleOf(SelectionObjective objective, Finding finding) =>
        objective.Scale is { } scale ? scale
        : !double.IsFinite(finding.Least) || !double.IsFinite(finding.Greatest) ? null
        : finding.Direction == ScoreDirection.HigherIsBetter ? (finding.Least, finding.Greatest)
        : (finding.Greatest, finding.Least);

    /// <summary>The least and the greatest distance of an interval's points from a value.</summary>
    private static (double Near, double Far) Distances(double from, double to, double target) =>
        (target >= from && target <= to ? 0 : Math.Min(Math.Abs(from - target), Math.Abs(to - target)), Math.Max(Math.Abs(from - target), Math.Abs(to - target)));
}

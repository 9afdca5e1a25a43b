namespace Gyre.Evaluation.Selection;

/// <summary>Numbers of a choice as people read them, the same in every view.</summary>
public static class SelectionWords
{
    /// <summary>What was measured, with its unit and interval, or why nothing was.</summary>
    public static string Measured(SelectionObjective objective, ObjectiveScore score)
    {
        ArgumentNullException.ThrowIfNull(objective);
        ArgumentNullException.ThrowIfNull(score);
        return score.Measurement is { } measurement ? SelectionText.Measured(objective, measurement) : $"unknown: {score.Reason}";
    }
}

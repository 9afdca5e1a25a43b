namespace Gyre.Evaluation.Selection;

/// <summary>What a candidate reaches on an objective.</summary>
/// <param name="Objective">The objective's name.</param>
/// <param name="Measurement">The number as it was measured; null when there is none.</param>
/// <param name="Score">The number on the objective's scale, 0 to 1; null when there is none.</param>
/// <param name="Low">The lower end of the score's interval; the score itself where nothing says how sure it is.</param>
/// <param name="High">The upper end.</param>
/// <param name="Reason">Why there is no number; empty when there is one.</param>
public sealed record ObjectiveScore(string Objective, Measurement? Measurement, double? Score, double? Low, double? High, string Reason)
{
    /// <summary>The standard error of the score; 0 where nothing says how sure it is.</summary>
    internal double StandardError { get; init; }

    /// <summary>The score by one unit of the measurement, where the score stands within its scale; null where it is cut off or bent by a target.</summary>
    internal double? Slope { get; init; }
}

namespace Gyre.Evaluation.Selection;

/// <summary>What the evidence says of one candidate and objective.</summary>
/// <param name="Measurement">The number; null when there is none.</param>
/// <param name="Reason">Why there is none; empty when there is one.</param>
/// <param name="Direction">Which end is the good one.</param>
/// <param name="Least">The least possible value; may be minus infinity.</param>
/// <param name="Greatest">The greatest possible value; may be infinity.</param>
internal sealed record Finding(Measurement? Measurement, string Reason, ScoreDirection Direction, double Least, double Greatest)
{
    /// <summary>What else to know of the number; empty for nothing.</summary>
    public string Note { get; init; } = "";

    public static Finding Missing(string reason) => new(null, reason, ScoreDirection.HigherIsBetter, double.NegativeInfinity, double.PositiveInfinity);
}

namespace Gyre.Evaluation.Metrics;

/// <summary>What a metric's number means.</summary>
/// <param name="Direction">Which end is the good one.</param>
/// <param name="Unit">How it is printed.</param>
/// <param name="Least">The least possible value; may be minus infinity.</param>
/// <param name="Greatest">The greatest possible value; may be infinity.</param>
/// <param name="Source">The paper and the implementation whose numbers it equals.</param>
public sealed record MetricForm(ScoreDirection Direction, MetricUnit Unit, double Least, double Greatest, string Source)
{
    /// <summary>A share of 1, more is better.</summary>
    public static MetricForm Share(string source) => new(ScoreDirection.HigherIsBetter, MetricUnit.Share, 0, 1, source);
}

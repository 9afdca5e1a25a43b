namespace Gyre.Evaluation.Metrics.Overlap;

/// <summary>What ROUGE found, each from 0 to 1.</summary>
/// <param name="Precision">The share of the candidate that the reference has.</param>
/// <param name="Recall">The share of the reference that the candidate has.</param>
/// <param name="F">Their harmonic mean.</param>
public readonly record struct RougeScore(double Precision, double Recall, double F)
{
    internal static RougeScore Of(int shared, int candidate, int reference)
    {
        var (precision, recall) = ((double)shared / Math.Max(1, candidate), (double)shared / Math.Max(1, reference));
        return new RougeScore(precision, recall, shared == 0 ? 0 : 2 * precision * recall / (precision + recall));
    }
}

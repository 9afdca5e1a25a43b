namespace Gyre.Evaluation.Metrics.Overlap;

/// <summary>What the doors of this folder ask of their caller.</summary>
internal static class Require
{
    public static void References(in TextSample sample, string metric, int row)
    {
        if (sample.Candidate is null || sample.References is not { Count: > 0 })
        {
            throw new ArgumentException($"Measure {metric}: found a text without {(sample.Candidate is null ? "a candidate" : "references")}, row {row}; expected a candidate and at least one reference.", nameof(sample));
        }
    }
}

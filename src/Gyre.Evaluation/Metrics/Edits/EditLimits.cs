namespace Gyre.Evaluation.Metrics.Edits;

/// <summary>How large the texts may be that the metrics compare, so that one row cannot hold up a run.</summary>
internal static class EditLimits
{
    /// <summary>Cells of the table for algorithms that visit each: about half a second.</summary>
    public const long Cells = 1L << 28;

    /// <summary>Cells for algorithms that visit 64 at once.</summary>
    public const long BitCells = 1L << 34;

    /// <summary>The value of a pair, or undefined when the product of the lengths is above the limit.</summary>
    public static MetricValue Within(string candidate, string reference, long limit, Func<string, string, double> value)
    {
        var cells = (long)candidate.Length * reference.Length;
        return cells > limit
            ? MetricValue.Undefined(UndefinedCause.TooLarge, $"the texts have {candidate.Length} and {reference.Length} characters, and the product may be {limit} at most")
            : MetricValue.Of(value(candidate, reference));
    }
}

namespace Gyre.Evaluation.Metrics.Overlap;

/// <summary>Why measures of overlap have no value; the same words in all of them.</summary>
internal static class OverlapReasons
{
    public static Undefined NoReference { get; } = new(UndefinedCause.NoReference, "the sample has no reference");

    public static Undefined NoReferenceWords { get; } = new(UndefinedCause.EmptyReference, "no reference has a word that the metric looks at");

    public static Undefined NoSamples { get; } = new(UndefinedCause.NoSamples, "nothing was measured");
}

namespace Gyre.Evaluation.Metrics.Overlap;

/// <summary>The characters and words of a candidate and one reference.</summary>
internal sealed class ChrFScratch : IScratch
{
    public CharBuffer Text { get; } = new();

    public WordTable Words { get; } = new();

    public NGramTable Symbols { get; } = new();

    public NGramOverlap Overlap { get; } = new();

    public IntBuffer Candidate { get; } = new();

    public IntBuffer CandidateWords { get; } = new();

    public IntBuffer Reference { get; } = new();

    public IntBuffer ReferenceWords { get; } = new();

    /// <inheritdoc/>
    public int Capacity => Text.Capacity + Words.Capacity + Symbols.Capacity + Overlap.Capacity + Candidate.Capacity + Reference.Capacity;

    /// <inheritdoc/>
    public void Clear() => Words.Clear();
}

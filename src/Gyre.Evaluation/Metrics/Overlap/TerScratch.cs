namespace Gyre.Evaluation.Metrics.Overlap;

/// <summary>The words of a candidate and one reference, and what counting their edits needs.</summary>
internal sealed class TerScratch : IScratch
{
    public WordTable Words { get; } = new();

    public CharBuffer Text { get; } = new();

    public CharBuffer Other { get; } = new();

    public IntBuffer Candidate { get; } = new();

    public IntBuffer Reference { get; } = new();

    public TerShifts Shifts { get; } = new();

    /// <inheritdoc/>
    public int Capacity => Words.Capacity + Text.Capacity + Other.Capacity + Candidate.Capacity + Reference.Capacity + Shifts.Capacity;

    /// <inheritdoc/>
    public void Clear() => Words.Clear();
}

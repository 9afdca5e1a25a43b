namespace Gyre.Orchestration.Retrieval;

/// <summary>A part of a text as a <see cref="TextSplitter"/> cut it.</summary>
/// <param name="Start">Where it begins. Units: UTF-16 units.</param>
/// <param name="Length">How long it is; it neither begins nor ends with white space.</param>
/// <param name="Overlap">How many of its units stand at the end of the slice before, too.</param>
/// <param name="Gap">Why <paramref name="Overlap"/> is 0.</param>
public readonly record struct TextSlice(int Start, int Length, int Overlap, OverlapGap Gap)
{
    /// <summary>Where it ends, exclusive.</summary>
    public int End => Start + Length;
}

namespace Gyre.Evaluation.Judges;

/// <summary>How a judge's replies were read.</summary>
/// <param name="Strict">Read as they were asked for: one JSON object and nothing else.</param>
/// <param name="Lenient">Read although something stood around the object, or without one by their verdict's word.</param>
/// <param name="Repaired">Read after asking again.</param>
/// <param name="Unreadable">Not read, also after asking again as often as is allowed.</param>
/// <param name="Failed">Questions whose call failed.</param>
public sealed record JudgeCounts(long Strict, long Lenient, long Repaired, long Unreadable, long Failed)
{
    /// <summary>Questions that were answered so that a verdict could be read.</summary>
    public long Read => Strict + Lenient + Repaired;
}

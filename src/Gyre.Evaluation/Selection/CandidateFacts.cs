namespace Gyre.Evaluation.Selection;

/// <summary>What is known of a candidate without asking it.</summary>
/// <param name="MemoryMib">What it takes in memory as it will be served; null when unknown.</param>
/// <param name="MemoryNote">How that was found, or why it was not.</param>
/// <param name="ContextTokens">Its context; null when unknown.</param>
/// <param name="ContextNote">How that was found, or why it was not.</param>
/// <param name="Digest">What tells its weights from others; null when unknown.</param>
public sealed record CandidateFacts(double? MemoryMib, string MemoryNote, int? ContextTokens, string ContextNote, string? Digest = null)
{
    /// <summary>Nothing is known.</summary>
    public static CandidateFacts Unknown { get; } = new(null, "nobody estimated it", null, "nobody read it");
}

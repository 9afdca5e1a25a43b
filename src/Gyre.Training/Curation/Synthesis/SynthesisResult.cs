using Gyre.Training.Curation.Records;

namespace Gyre.Training.Curation.Synthesis;

/// <summary>What a synthesis gave.</summary>
public sealed record SynthesisResult
{
    /// <summary>The accepted records, in the order in which they were written.</summary>
    public required IReadOnlyList<CurationRecord> Records { get; init; }

    /// <summary>Attempts, accepted and rejected, those of earlier runs too.</summary>
    public required long Asked { get; init; }

    /// <summary>Rejected attempts by rule.</summary>
    public required IReadOnlyDictionary<string, long> Rejected { get; init; }

    /// <summary>True when as many records are there as were wanted.</summary>
    public required bool IsWhole { get; init; }

    /// <summary>Why it is not whole; empty when it is.</summary>
    public required string Reason { get; init; }
}

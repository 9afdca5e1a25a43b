namespace Gyre.Training.Compression.Pruning;

/// <summary>What a model that is pruned reads. Immutable.</summary>
public sealed record PruningText
{
    /// <summary>What inputs are weighed over.</summary>
    public required string Calibration { get; init; }

    /// <summary>What quality is measured on; null for the last fifth of the other's windows, which is not calibrated on then.</summary>
    public string? HeldOut { get; init; }

    /// <summary>Tokens of a window.</summary>
    public int Window { get; init; } = 256;

    /// <summary>At most so many windows are calibrated on, spread over the text.</summary>
    public int Samples { get; init; } = 128;

    /// <summary>At most so many windows are measured.</summary>
    public int HeldOutSamples { get; init; } = 128;

    /// <summary>Spellings of special tokens in the texts, such as the marks of a chat, are these tokens.</summary>
    public bool ReadsSpecialTokens { get; init; }
}

namespace Gyre.Models.Architectures;

/// <summary>What a family's Hugging Face files call the modules of the network; those of a layer follow its number.</summary>
internal sealed record EncoderModules
{
    public required string Words { get; init; }

    public required string Positions { get; init; }

    /// <summary>Null when tokens have no types.</summary>
    public string? Types { get; init; }

    public required string EmbeddingNorm { get; init; }

    /// <summary>What the names of a layer begin with, before its number.</summary>
    public required string Layer { get; init; }

    public required string Queries { get; init; }

    public required string Keys { get; init; }

    public required string Values { get; init; }

    public required string AttentionOutput { get; init; }

    public required string AttentionNorm { get; init; }

    public required string Up { get; init; }

    public required string Down { get; init; }

    public required string OutputNorm { get; init; }
}

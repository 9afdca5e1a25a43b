namespace Gyre.Models.Architectures;

/// <summary>One layer's causal self-attention: everything between the projections in and the projection out.</summary>
internal sealed record AttentionSpec
{
    public required int Layer { get; init; }

    public required int Heads { get; init; }

    public required int KeyValueHeads { get; init; }

    public required int HeadWidth { get; init; }

    /// <summary>Multiplies the scores.</summary>
    public required float Scale { get; init; }

    /// <summary>How many tokens, its own included, a token sees; 0 for all before it.</summary>
    public int Window { get; init; }

    /// <summary>Rotary positions of queries and keys; null for none.</summary>
    public RotaryFrequencies? Rotary { get; init; }

    /// <summary>Gain of a norm over each query head, before rotation; null for none.</summary>
    public WeightSpec? QueryNorm { get; init; }

    /// <summary>Gain of a norm over each key head, before rotation; null for none.</summary>
    public WeightSpec? KeyNorm { get; init; }

    public float NormEpsilon { get; init; }

    public int QueryWidth => Heads * HeadWidth;

    public int KeyWidth => KeyValueHeads * HeadWidth;
}

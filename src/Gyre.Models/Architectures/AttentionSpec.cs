namespace Gyre.Models.Architectures;

/// <summary>One layer's attention: everything between the projections in and the projection out.</summary>
internal sealed record AttentionSpec
{
    public required int Layer { get; init; }

    public required int Heads { get; init; }

    public required int KeyValueHeads { get; init; }

    public required int HeadWidth { get; init; }

    /// <summary>Multiplies the scores; 1 for scores as they are.</summary>
    public required float Scale { get; init; }

    /// <summary>A token sees the tokens up to its own only; otherwise all of its sequence.</summary>
    public bool IsCausal { get; init; } = true;

    /// <summary>How many tokens, its own included, a token sees; 0 for all before it.</summary>
    public int Window { get; init; }

    /// <summary>cap·tanh(score / cap) replaces the scaled score; 0 for none.</summary>
    public float SoftCap { get; init; }

    /// <summary>
    /// For each query head what a scaled score grows by from one key to the next (ALiBi); empty for none.
    /// </summary>
    public IReadOnlyList<float> AlibiSlopes { get; init; } = [];

    /// <summary>What a scaled score grows by with the distance between key and query; null for none.</summary>
    public RelativePositions? Relative { get; init; }

    /// <summary>Rotary positions of queries and keys, of the leading 2·<see cref="RotaryFrequencies.Pairs"/> numbers of a head; null for none.</summary>
    public RotaryFrequencies? Rotary { get; init; }

    /// <summary>A norm over each query head, before rotation; null for none.</summary>
    public NormSpec? QueryNorm { get; init; }

    /// <summary>A norm over each key head, before rotation; null for none.</summary>
    public NormSpec? KeyNorm { get; init; }

    public int QueryWidth => Heads * HeadWidth;

    public int KeyWidth => KeyValueHeads * HeadWidth;
}

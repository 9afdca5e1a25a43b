namespace Gyre.Tensors.Autodiff;

/// <summary>Which keys a query sees and how scores are made, for <see cref="Tape.Attention"/>.</summary>
public readonly record struct AttentionOptions
{
    /// <summary>Causal attention with the usual scale.</summary>
    public AttentionOptions()
    {
    }

    /// <summary>Whether a query sees only the keys up to its own position. Default true.</summary>
    public bool IsCausal { get; init; } = true;

    /// <summary>The position of query 0 among the keys, for causal attention; null for keys − queries, so that the last query sees all keys.</summary>
    public int? QueryOffset { get; init; }

    /// <summary>Multiplies the scores; null for 1/√width.</summary>
    public float? Scale { get; init; }

    /// <summary>cap·tanh(score/cap) replaces each scaled score; 0 for none.</summary>
    public float SoftCap { get; init; }
}

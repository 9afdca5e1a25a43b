namespace Gyre.Models.Architectures;

/// <summary>The output layer: cap · tanh(scale · (W·x + b) / cap).</summary>
/// <param name="Head">W and b.</param>
internal sealed record LogitsSpec(Projection Head)
{
    /// <summary>Multiplies the logits.</summary>
    public float Scale { get; init; } = 1;

    /// <summary>No logit is larger; 0 for no cap.</summary>
    public float SoftCap { get; init; }
}

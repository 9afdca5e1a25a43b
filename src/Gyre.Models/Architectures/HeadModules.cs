using Gyre.Tensors.Kernels;

namespace Gyre.Models.Architectures;

/// <summary>What a family's files call the modules of a head: a dense layer, its norm, the output layer.</summary>
/// <param name="Output">The output layer.</param>
internal sealed record HeadModules(string Output)
{
    /// <summary>A layer as wide as the hidden states before the output; null for none.</summary>
    public string? Dense { get; init; }

    /// <summary>What follows the dense layer.</summary>
    public ActivationFunction Activation { get; init; }

    /// <summary>The dense layer's activation is the feed-forward's.</summary>
    public bool TakesModelActivation { get; init; }

    /// <summary>A norm after the dense layer; null for none.</summary>
    public string? Norm { get; init; }

    /// <summary>Where the output layer's bias is when not beside its weights.</summary>
    public string? OutputBias { get; init; }

    /// <summary>What GGUF files call the dense layer.</summary>
    public string GgufDense { get; init; } = "cls";

    /// <summary>What GGUF files call the output layer.</summary>
    public string GgufOutput { get; init; } = "cls.output";
}

namespace Gyre.Models.Architectures;

/// <summary>A decoder-only network: the weights it needs and its forward pass, written once for training and generation.</summary>
internal interface IArchitecture
{
    /// <summary>Every weight, in the order in which it is trained and written.</summary>
    IReadOnlyList<WeightSpec> Weights { get; }

    /// <summary>The forward pass, from token ids to logits.</summary>
    Value Forward(IForward forward);

    /// <summary>The tensor name that GGUF files use for a weight, and whether its rows are stored in rotary pair order.</summary>
    (string Name, int PairedHeads) GgufName(WeightSpec weight);
}

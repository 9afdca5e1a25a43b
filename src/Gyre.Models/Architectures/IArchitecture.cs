namespace Gyre.Models.Architectures;

/// <summary>A network: the weights it needs and its forward pass, written once for training and generation.</summary>
internal interface IArchitecture
{
    /// <summary>Every weight, in the order in which it is trained and written.</summary>
    IReadOnlyList<WeightSpec> Weights { get; }

    /// <summary>What the names of tensors begin with and some files leave out, for example <c>transformer.</c>; empty when none.</summary>
    string Prefix { get; }

    /// <summary>What the names of tensors begin with that files may have and this network does not use.</summary>
    IReadOnlyList<string> Unused => [];

    /// <summary>The forward pass, from token ids to logits.</summary>
    Value Forward(IForward forward);
}

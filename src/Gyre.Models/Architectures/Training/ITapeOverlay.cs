using Gyre.Tensors;
using Gyre.Tensors.Autodiff;

namespace Gyre.Models.Architectures.Training;

/// <summary>What lies over a network's own weights in the training pass: an adapter.</summary>
internal interface ITapeOverlay
{
    /// <summary>A pass begins.</summary>
    void Begin(Tape tape);

    /// <summary>What computes instead of a matrix or table; null for the network's own.</summary>
    ITapeWeight? Weight(int index);

    /// <summary>How many virtual tokens stand before each document; 0 for none.</summary>
    int VirtualTokens { get; }

    /// <summary>The last virtual token's target is its document's first token, where that has a target itself; else it has none.</summary>
    bool PredictsFirst { get; }

    /// <summary>What the virtual tokens are embedded as, [tokens, width]; null when only their keys and values count.</summary>
    Tensor? VirtualRows { get; }

    /// <summary>The keys and values that stand instead of the virtual tokens' own in a layer, [tokens, heads · width] each; null for their own.</summary>
    (Tensor Keys, Tensor Values)? Prefix(Tape tape, int layer);

    /// <summary>Refuses documents that leave no room for what stands before them.</summary>
    /// <remarks>Errors: <see cref="ArgumentException"/>.</remarks>
    void RequireRoom(int longest);

    /// <summary>What stands instead of a bias or a norm's gain; null for the network's own.</summary>
    Tensor? Vector(int index);
}

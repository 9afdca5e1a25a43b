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

    /// <summary>What stands instead of a bias or a norm's gain; null for the network's own.</summary>
    Tensor? Vector(int index);
}

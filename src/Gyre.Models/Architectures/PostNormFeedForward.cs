using Gyre.Tensors.Kernels;

namespace Gyre.Models.Architectures;

/// <summary>A feed-forward whose result is added to the stream, and the norm of the sum.</summary>
internal sealed record PostNormFeedForward(Projection Up, Projection Down, NormSpec Norm, ActivationFunction Activation)
{
    public Value Run(IForward forward, Value x) =>
        forward.Norm(forward.AddProjected(x, forward.Linear(x, Up, Activation), Down), Norm);
}

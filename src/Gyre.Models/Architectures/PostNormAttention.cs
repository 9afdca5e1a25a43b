using Gyre.Tensors.Kernels;

namespace Gyre.Models.Architectures;

/// <summary>An attention whose result is added to the stream, and the norm of the sum.</summary>
internal sealed record PostNormAttention(
    Projection Queries, Projection Keys, Projection Values, Projection Output, NormSpec Norm, AttentionSpec Spec)
{
    public Value WithinItself(IForward forward, Value x)
    {
        var (queries, keys, values) = forward.Project(x, Queries, Keys, Values);
        return forward.Norm(forward.AddProjected(x, forward.Attend(queries, keys, values, Spec), Output), Norm);
    }

    public Value OverSource(IForward forward, Value x)
    {
        var queries = forward.Linear(x, Queries, ActivationFunction.None);
        return forward.Norm(forward.AddProjected(x, forward.AttendSource(queries, Spec), Output), Norm);
    }
}

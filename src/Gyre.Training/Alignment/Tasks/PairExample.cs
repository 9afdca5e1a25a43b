using Gyre.Training.Alignment.Pairs;

namespace Gyre.Training.Alignment.Tasks;

/// <summary>A pair of answers as ids, with what the reference says of them.</summary>
/// <param name="Chosen">The preferred answer.</param>
/// <param name="Rejected">The other one.</param>
/// <param name="Margin">What a reward model ought to put between them.</param>
internal sealed record PairExample(EncodedAnswer Chosen, EncodedAnswer Rejected, double Margin)
{
    /// <summary>The sum of the chosen answer's log-probabilities under the reference.</summary>
    public double ReferenceChosen { get; init; }

    /// <summary>The sum of the rejected answer's.</summary>
    public double ReferenceRejected { get; init; }
}

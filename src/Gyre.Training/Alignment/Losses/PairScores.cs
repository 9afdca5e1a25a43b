namespace Gyre.Training.Alignment.Losses;

/// <summary>Log-probabilities of the answers of some pairs, under the model and the reference.</summary>
/// <param name="PolicyChosen">Of the chosen answers under the model that is trained.</param>
/// <param name="PolicyRejected">Of the rejected answers under it.</param>
/// <param name="ReferenceChosen">Of the chosen answers under the reference; zeros where there is none.</param>
/// <param name="ReferenceRejected">Of the rejected answers under it.</param>
internal sealed record PairScores(double[] PolicyChosen, double[] PolicyRejected, double[] ReferenceChosen, double[] ReferenceRejected)
{
    public int Count => PolicyChosen.Length;
}

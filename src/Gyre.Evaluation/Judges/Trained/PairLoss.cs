namespace Gyre.Evaluation.Judges.Trained;

/// <summary>The negative log-likelihood of preferences by Bradley and Terry, with a penalty on the weights: P(first is better) = σ(w·(x − y)).</summary>
/// <remarks>A tie counts half for each. Source: R. Bradley and M. Terry 1952.</remarks>
internal sealed class PairLoss(double[][] differences, double[] preferences, double penalty) : ILoss
{
    public int Parameters { get; } = differences[0].Length;

    /// <summary>The probability that the first is better.</summary>
    public static double Probability(double difference) => difference >= 0 ? 1 / (1 + Math.Exp(-difference)) : Math.Exp(difference) / (1 + Math.Exp(difference));

    /// <summary>The loss of one preference: 1 for the first, 0 for the second, ½ for a tie.</summary>
    public static double LossOf(double difference, double preference) => Math.Max(difference, 0) + Math.Log(1 + Math.Exp(-Math.Abs(difference))) - (preference * difference);

    public double Evaluate(ReadOnlySpan<double> parameters, Span<double> destination)
    {
        destination.Clear();
        var value = 0.0;
        for (var row = 0; row < differences.Length; row++)
        {
            var difference = OrdinalLoss.Dot(parameters, differences[row]);
            value += LossOf(difference, preferences[row]);
            var slope = Probability(difference) - preferences[row];
            for (var i = 0; i < parameters.Length; i++)
            {
                destination[i] += slope * differences[row][i];
            }
        }

        for (var i = 0; i < parameters.Length; i++)
        {
            value += 0.5 * penalty * parameters[i] * parameters[i];
            destination[i] += penalty * parameters[i];
        }

        return value;
    }
}

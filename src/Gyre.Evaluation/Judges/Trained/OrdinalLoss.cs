namespace Gyre.Evaluation.Judges.Trained;

/// <summary>
/// The negative log-likelihood of levels by proportional odds, with a penalty on the weights: P(level ≤ k) = σ(θₖ − w·x).
/// Parameters are the weights, the first threshold, and the logarithms of the gaps between thresholds.
/// </summary>
/// <remarks>Two levels are logistic regression. Source: P. McCullagh, "Regression Models for Ordinal Data", 1980.</remarks>
internal sealed class OrdinalLoss(double[][] features, int[] levels, int classes, double penalty) : ILoss
{
    private const double Least = 1e-300;
    private readonly int _width = features[0].Length;

    public int Parameters => _width + classes - 1;

    /// <summary>Thresholds that give each level its share when all weights are 0; shares of 0 are kept off 0.</summary>
    public static double[] Start(int[] levels, int classes, int width)
    {
        var start = new double[width + classes - 1];
        var (before, last) = (0.0, 0.0);
        for (var k = 0; k < classes - 1; k++)
        {
            before += levels.Count(level => level == k) + 0.5;
            var share = before / (levels.Length + (0.5 * classes));
            var threshold = Math.Log(share / (1 - share));
            start[width + k] = k == 0 ? threshold : Math.Log(threshold - last);
            last = threshold;
        }

        return start;
    }

    public static double[] Thresholds(ReadOnlySpan<double> parameters, int width)
    {
        var thresholds = parameters[width..].ToArray();
        for (var k = 1; k < thresholds.Length; k++)
        {
            thresholds[k] = thresholds[k - 1] + Math.Exp(thresholds[k]);
        }

        return thresholds;
    }

    /// <summary>The probability of each level.</summary>
    public static double[] Probabilities(double score, double[] thresholds)
    {
        var probabilities = new double[thresholds.Length + 1];
        for (var k = 0; k < probabilities.Length; k++)
        {
            var (below, above) = (k == 0 ? double.NegativeInfinity : thresholds[k - 1] - score, k == thresholds.Length ? double.PositiveInfinity : thresholds[k] - score);
            probabilities[k] = Between(below, above);
        }

        return probabilities;
    }

    public double Evaluate(ReadOnlySpan<double> parameters, Span<double> destination)
    {
        destination.Clear();
        var thresholds = Thresholds(parameters, _width);
        var ofThresholds = new double[thresholds.Length];
        var value = 0.0;
        for (var row = 0; row < features.Length; row++)
        {
            var score = Dot(parameters, features[row]);
            var k = levels[row];
            var (below, above) = (k == 0 ? double.NegativeInfinity : thresholds[k - 1] - score, k == thresholds.Length ? double.PositiveInfinity : thresholds[k] - score);
            var probability = Math.Max(Between(below, above), Least);
            value -= Math.Log(probability);
            var (slopeBelow, slopeAbove) = (Slope(below) / probability, Slope(above) / probability);
            for (var i = 0; i < _width; i++)
            {
                destination[i] += (slopeAbove - slopeBelow) * features[row][i];
            }

            if (k > 0)
            {
                ofThresholds[k - 1] += slopeBelow;
            }

            if (k < thresholds.Length)
            {
                ofThresholds[k] -= slopeAbove;
            }
        }

        // A threshold moves with its own gap and all gaps before it.
        for (var k = thresholds.Length - 1; k >= 0; k--)
        {
            var rest = 0.0;
            for (var later = k; later < thresholds.Length; later++)
            {
                rest += ofThresholds[later];
            }

            destination[_width + k] = k == 0 ? rest : rest * Math.Exp(parameters[_width + k]);
        }

        for (var i = 0; i < _width; i++)
        {
            value += 0.5 * penalty * parameters[i] * parameters[i];
            destination[i] += penalty * parameters[i];
        }

        return value;
    }

    public static double Dot(ReadOnlySpan<double> weights, double[] features)
    {
        var sum = 0.0;
        for (var i = 0; i < features.Length; i++)
        {
            sum += weights[i] * features[i];
        }

        return sum;
    }

    /// <summary>σ(above) − σ(below) without loss of digits at the ends.</summary>
    private static double Between(double below, double above) => below > 0 ? Sigma(-below) - Sigma(-above) : Sigma(above) - Sigma(below);

    private static double Sigma(double x) => x >= 0 ? 1 / (1 + Math.Exp(-x)) : Math.Exp(x) / (1 + Math.Exp(x));

    private static double Slope(double x) => double.IsInfinity(x) ? 0 : Sigma(x) * Sigma(-x);
}

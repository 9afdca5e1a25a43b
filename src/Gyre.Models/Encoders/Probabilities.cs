using Gyre.Models.Architectures;

namespace Gyre.Models.Encoders;

/// <summary>Logits to probabilities.</summary>
internal static class Probabilities
{
    /// <summary>What the logits of labels mean.</summary>
    public static float[] Of(ClassificationProblem problem, ReadOnlySpan<float> logits)
    {
        var values = logits.ToArray();
        switch (problem)
        {
            case ClassificationProblem.SingleLabel:
                Softmax(values);
                break;
            case ClassificationProblem.MultipleLabels:
                Logistic(values);
                break;
            default:
                break;
        }

        return values;
    }

    /// <summary>1 / (1 + e^−x), in place.</summary>
    public static void Logistic(Span<float> values)
    {
        foreach (ref var value in values)
        {
            value = 1f / (1f + MathF.Exp(-value));
        }
    }

    /// <summary>In place; −∞ gives 0.</summary>
    public static void Softmax(Span<float> values)
    {
        var (largest, sum) = (float.NegativeInfinity, 0.0);
        foreach (var value in values)
        {
            largest = Math.Max(largest, value);
        }

        foreach (ref var value in values)
        {
            value = MathF.Exp(value - largest);
            sum += value;
        }

        foreach (ref var value in values)
        {
            value = (float)(value / sum);
        }
    }
}

using System.Numerics;
using System.Runtime.InteropServices;
using Gyre.Tensors;

namespace Gyre.Training.Kernels;

/// <summary>The AdamW update of a stretch of one parameter, and the sum of squares that clipping needs.</summary>
/// <remarks>
/// Every element is computed by the same IEEE operations without fused multiplication, so all vector widths and the
/// scalar twin give the same bits. Sums of squares run over four double lanes of fixed stride for the same reason.
/// <para>Source: I. Loshchilov and F. Hutter, "Decoupled Weight Decay Regularization", 2019, algorithm 2, with the bias
/// corrections folded into the step size as PyTorch folds them.</para>
/// </remarks>
internal static class AdamWKernel
{
    /// <summary>The numbers of one step that all elements share.</summary>
    internal readonly record struct Coefficients(
        float GradientScale,
        float Beta1,
        float OneMinusBeta1,
        float Beta2,
        float OneMinusBeta2,
        float Epsilon,
        float StepSize,
        float InverseRootCorrection2,
        float Keep);

    [HotPath]
    public static void Update(Span<float> weights, ReadOnlySpan<float> gradients, Span<float> first, Span<float> second, in Coefficients c)
    {
        var width = Vector<float>.Count;
        var vectors = weights.Length / width * width;
        var w = MemoryMarshal.Cast<float, Vector<float>>(weights[..vectors]);
        var g = MemoryMarshal.Cast<float, Vector<float>>(gradients[..vectors]);
        var m = MemoryMarshal.Cast<float, Vector<float>>(first[..vectors]);
        var v = MemoryMarshal.Cast<float, Vector<float>>(second[..vectors]);
        var (beta1, oneMinusBeta1) = (new Vector<float>(c.Beta1), new Vector<float>(c.OneMinusBeta1));
        var (beta2, oneMinusBeta2) = (new Vector<float>(c.Beta2), new Vector<float>(c.OneMinusBeta2));
        var (scale, epsilon, keep) = (new Vector<float>(c.GradientScale), new Vector<float>(c.Epsilon), new Vector<float>(c.Keep));
        var (stepSize, correction) = (new Vector<float>(c.StepSize), new Vector<float>(c.InverseRootCorrection2));
        for (var i = 0; i < w.Length; i++)
        {
            var gradient = g[i] * scale;
            var moment1 = (m[i] * beta1) + (gradient * oneMinusBeta1);
            var moment2 = (v[i] * beta2) + (gradient * gradient * oneMinusBeta2);
            m[i] = moment1;
            v[i] = moment2;
            w[i] = (w[i] * keep) - (stepSize * moment1 / ((Vector.SquareRoot(moment2) * correction) + epsilon));
        }

        UpdateScalar(weights[vectors..], gradients[vectors..], first[vectors..], second[vectors..], c);
    }

    /// <summary>The scalar twin.</summary>
    public static void UpdateScalar(Span<float> weights, ReadOnlySpan<float> gradients, Span<float> first, Span<float> second, in Coefficients c)
    {
        for (var i = 0; i < weights.Length; i++)
        {
            var gradient = gradients[i] * c.GradientScale;
            var moment1 = (first[i] * c.Beta1) + (gradient * c.OneMinusBeta1);
            var moment2 = (second[i] * c.Beta2) + (gradient * gradient * c.OneMinusBeta2);
            first[i] = moment1;
            second[i] = moment2;
            weights[i] = (weights[i] * c.Keep) - (c.StepSize * moment1 / ((MathF.Sqrt(moment2) * c.InverseRootCorrection2) + c.Epsilon));
        }
    }

    /// <summary>Σ x² in double precision, in an order that depends on the length only.</summary>
    [HotPath]
    public static double SumOfSquares(ReadOnlySpan<float> values)
    {
        double s0 = 0, s1 = 0, s2 = 0, s3 = 0;
        var i = 0;
        for (; i + 4 <= values.Length; i += 4)
        {
            s0 += (double)values[i] * values[i];
            s1 += (double)values[i + 1] * values[i + 1];
            s2 += (double)values[i + 2] * values[i + 2];
            s3 += (double)values[i + 3] * values[i + 3];
        }

        for (; i < values.Length; i++)
        {
            s0 += (double)values[i] * values[i];
        }

        return s0 + s1 + (s2 + s3);
    }
}

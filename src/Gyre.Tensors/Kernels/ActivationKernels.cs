using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Gyre.Tensors.Quantization;

namespace Gyre.Tensors.Kernels;

/// <summary>Encodes activations as bytes.</summary>
internal static unsafe class ActivationKernels
{
    /// <summary>32 codes and their scale; rounds to nearest, ties to even.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<sbyte> Quantise(float* x, out ActivationScale scale)
    {
        var (x0, x1, x2, x3) = (Vector256.Load(x), Vector256.Load(x + 8), Vector256.Load(x + 16), Vector256.Load(x + 24));
        var most = Vector256.Max(Vector256.Max(Vector256.Abs(x0), Vector256.Abs(x1)), Vector256.Max(Vector256.Abs(x2), Vector256.Abs(x3)));
        var half = Vector128.Max(most.GetLower(), most.GetUpper());
        var largest = MathF.Max(MathF.Max(half[0], half[1]), MathF.Max(half[2], half[3]));
        var unit = UnitOf(largest);
        var inverse = Vector256.Create(unit == 0 ? 0 : 1 / unit);
        var low = Vector256.Narrow(Round(x0 * inverse), Round(x1 * inverse));
        var high = Vector256.Narrow(Round(x2 * inverse), Round(x3 * inverse));
        var codes = Vector256.Narrow(low, high);
        var sums = low + high;
        var magnitudes = Vector256.Abs(low) + Vector256.Abs(high);
        int sum = Vector256.Sum(sums);
        int magnitude = Vector256.Sum(magnitudes);
        scale = new ActivationScale { Scale = unit, Negatives = (magnitude - sum) / 2, MinusEightSums = -8 * sum };
        return codes;
    }

    /// <summary>The scalar twin of <see cref="Quantise"/>.</summary>
    public static void QuantiseReference(float* x, sbyte* codes, out ActivationScale scale)
    {
        var largest = 0f;
        for (var i = 0; i < PackedActivations.BlockLength; i++)
        {
            largest = MathF.Max(largest, MathF.Abs(x[i]));
        }

        var unit = UnitOf(largest);
        var inverse = unit == 0 ? 0 : 1 / unit;
        scale = new ActivationScale { Scale = unit };
        for (var i = 0; i < PackedActivations.BlockLength; i++)
        {
            codes[i] = (sbyte)MathF.Round(x[i] * inverse);
            scale.Negatives += codes[i] < 0 ? -codes[i] : 0;
            scale.MinusEightSums -= 8 * codes[i];
        }
    }

    /// <summary>A unit without a finite inverse counts as zero; not-a-number stays and spoils the products on purpose.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float UnitOf(float largest)
    {
        const float SmallestNormal = 1.17549435e-38f;
        var unit = largest / 127;
        return unit < SmallestNormal ? 0 : unit;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Round(Vector256<float> values) => Vector256.ConvertToInt32Native(Vector256.Round(values));
}

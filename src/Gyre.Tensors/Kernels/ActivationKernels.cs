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
        scale = new ActivationScale { Scale = unit, Negatives = (magnitude - sum) / 2, MinusEightSums = -8 * sum, ScaledSum = unit * sum };
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

        scale.ScaledSum = unit * (scale.MinusEightSums / -8);
    }

    /// <summary>
    /// For each 16 codes, minus 32 times the sums of those at 4i and 4i+1 and of those at 4i+2 and 4i+3, in 16 bits each: at
    /// most 8·127·32 = 32,512.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Centre(Vector256<sbyte> codes, int* destination)
    {
        destination[0] = Centre(codes.GetLower());
        destination[1] = Centre(codes.GetUpper());
    }

    /// <summary>The scalar twin of <see cref="Centre(Vector256{sbyte}, int*)"/>.</summary>
    public static void CentreReference(sbyte* codes, int* destination)
    {
        for (var half = 0; half < 2; half++)
        {
            var (first, second) = (0, 0);
            for (var i = 0; i < 16; i += 4)
            {
                first -= 32 * (codes[(16 * half) + i] + codes[(16 * half) + i + 1]);
                second -= 32 * (codes[(16 * half) + i + 2] + codes[(16 * half) + i + 3]);
            }

            destination[half] = (ushort)first | (second << 16);
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

    private static int Centre(Vector128<sbyte> codes)
    {
        // Neighbours are added in 16 bits; the words of the four groups of four codes are then added, the even and the odd ones apart.
        var words = codes.AsInt16();
        var pairs = Vector128.ShiftRightArithmetic(Vector128.ShiftLeft(words, 8), 8) + Vector128.ShiftRightArithmetic(words, 8);
        var halves = (pairs.GetLower() + pairs.GetUpper()).AsInt32();
        var sums = (halves.AsInt16() + Vector64.Create(halves[1], 0).AsInt16()) * (short)-32;
        return sums.AsInt32()[0];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Round(Vector256<float> values) => Vector256.ConvertToInt32Native(Vector256.Round(values));
}

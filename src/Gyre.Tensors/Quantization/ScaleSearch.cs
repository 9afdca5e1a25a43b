using System.Runtime.Intrinsics;

namespace Gyre.Tensors.Quantization;

/// <summary>Looks for the scales and minima with which rounded codes lose least, in squared error weighted by value.</summary>
/// <remarks>
/// The same bits on every processor: no fused operations, and sums of eight lanes are added in one order. Counts are
/// multiples of 8.
/// <para><b>Source</b>: the search of llama.cpp's K-quants (candidates around the range, a least-squares fit of each).</para>
/// </remarks>
internal static unsafe class ScaleSearch
{
    /// <summary>Scale and minimum, neither negative, for x ≈ scale·code − minimum with codes from 0 to <paramref name="most"/>.</summary>
    public static (float Scale, float Minimum) Affine(float* x, float* weights, int count, int most)
    {
        var (low, high) = Range(x, count);
        low = Math.Min(low, 0);
        if (high <= low)
        {
            return (0, -low);
        }

        var best = (Scale: (high - low) / most, Minimum: -low);
        var leastError = AffineError(x, weights, count, most, best.Scale, best.Minimum);
        for (var step = -18; step <= 18 && leastError > 0; step++)
        {
            var fitted = FitAffine(x, weights, count, most, low, (most + (0.05f * step)) / (high - low));
            var error = fitted.Scale > 0 ? AffineError(x, weights, count, most, fitted.Scale, fitted.Minimum) : float.PositiveInfinity;
            if (error < leastError)
            {
                (best, leastError) = (fitted, error);
            }
        }

        return best;
    }

    /// <summary>The weighted squared error of the nearest codes.</summary>
    public static float AffineError(float* x, float* weights, int count, int most, float scale, float minimum)
    {
        var errors = Vector256<float>.Zero;
        for (var i = 0; i < count; i += 8)
        {
            var values = Vector256.Load(x + i);
            var codes = AffineCodes(values, most, scale, minimum);
            var difference = (codes * scale) - Vector256.Create(minimum) - values;
            errors += Vector256.Load(weights + i) * difference * difference;
        }

        return Sum(errors);
    }

    /// <summary>The nearest codes from 0 to <paramref name="most"/>; a scale of 0 has only the code 0.</summary>
    public static Vector256<float> AffineCodes(Vector256<float> values, int most, float scale, float minimum) => scale == 0
        ? Vector256<float>.Zero
        : Clamp(Vector256.Round((values + Vector256.Create(minimum)) / Vector256.Create(scale)), 0, most);

    /// <summary>A scale of either sign for x ≈ scale·code with codes from −<paramref name="bound"/> to <paramref name="bound"/> − 1.</summary>
    public static float Symmetric(float* x, float* weights, int count, int bound)
    {
        var (low, high) = Range(x, count);
        var extreme = -low > high ? low : high;
        var (best, mostGain) = (0f, 0d);
        for (var step = -9; step <= 11 && extreme != 0; step++)
        {
            // Two more candidates put the extreme at the largest positive code, with either sign.
            var code = step switch { 10 => 1f - bound, 11 => bound - 1f, _ => -bound - (0.1f * step) };
            var (products, squares) = Moments(x, weights, count, bound, code / extreme);
            var gain = squares > 0 ? (double)products * products / squares : 0;
            if (gain > mostGain)
            {
                (best, mostGain) = (products / squares, gain);
            }
        }

        return best;
    }

    /// <summary>The weighted squared error of the nearest codes.</summary>
    public static float SymmetricError(float* x, float* weights, int count, int bound, float scale)
    {
        var errors = Vector256<float>.Zero;
        for (var i = 0; i < count; i += 8)
        {
            var values = Vector256.Load(x + i);
            var difference = (SymmetricCodes(values, bound, scale) * scale) - values;
            errors += Vector256.Load(weights + i) * difference * difference;
        }

        return Sum(errors);
    }

    /// <summary>The nearest codes; a scale of 0 has only the code 0.</summary>
    public static Vector256<float> SymmetricCodes(Vector256<float> values, int bound, float scale) => scale == 0
        ? Vector256<float>.Zero
        : Clamp(Vector256.Round(values / Vector256.Create(scale)), -bound, bound - 1);

    /// <summary>
    /// The common unit, a half-precision number, of values that are to become unit·factor with factors from
    /// <paramref name="least"/> to <paramref name="most"/>; infinite when none fits.
    /// </summary>
    public static Half Unit(ReadOnlySpan<float> values, ReadOnlySpan<float> weights, int least, int most)
    {
        var extreme = 0f;
        foreach (var value in values)
        {
            extreme = Math.Abs(value) > Math.Abs(extreme) ? value : extreme;
        }

        var (best, leastError) = (extreme == 0 ? Half.Zero : Half.PositiveInfinity, double.PositiveInfinity);
        for (var step = 0; step < 48 && extreme != 0; step++)
        {
            // Sixteen whole factors for the extreme from either end of the range, and sixteen fractions near the first.
            var factor = step switch
            {
                < 16 => (least < 0 ? least : most) - ((least < 0 ? -1f : 1f) * step),
                < 32 => most - (step - 16f),
                _ => (least < 0 ? least : most) + (0.05f * (step - 40)),
            };
            var unit = FitUnit(values, weights, least, most, factor / extreme, out var error);
            if (error < leastError)
            {
                (best, leastError) = (unit, error);
            }
        }

        return best;
    }

    private static Half FitUnit(ReadOnlySpan<float> values, ReadOnlySpan<float> weights, int least, int most, float inverse, out double error)
    {
        var (products, squares) = (0d, 0d);
        for (var i = 0; i < values.Length; i++)
        {
            double factor = Math.Clamp(MathF.Round(values[i] * inverse), least, most);
            products += weights[i] * factor * values[i];
            squares += weights[i] * factor * factor;
        }

        // What counts is the error of the unit as it is stored: small units have few bits.
        var unit = (Half)(squares > 0 ? products / squares : 1 / inverse);
        error = Half.IsFinite(unit) ? 0 : double.PositiveInfinity;
        for (var i = 0; i < values.Length && Half.IsFinite(unit); i++)
        {
            var factor = unit == Half.Zero ? 0 : Math.Clamp(MathF.Round(values[i] / (float)unit), least, most);
            var difference = values[i] - ((double)(float)unit * factor);
            error += weights[i] * difference * difference;
        }

        return unit;
    }

    private static (float Scale, float Minimum) FitAffine(float* x, float* weights, int count, int most, float low, float inverse)
    {
        var (sumW, sumX, sumQ) = (Vector256<float>.Zero, Vector256<float>.Zero, Vector256<float>.Zero);
        var (sumQQ, sumQX) = (Vector256<float>.Zero, Vector256<float>.Zero);
        for (var i = 0; i < count; i += 8)
        {
            var (values, weight) = (Vector256.Load(x + i), Vector256.Load(weights + i));
            var codes = Clamp(Vector256.Round((values - Vector256.Create(low)) * inverse), 0, most);
            var weighted = weight * codes;
            sumW += weight;
            sumX += weight * values;
            sumQ += weighted;
            sumQQ += weighted * codes;
            sumQX += weighted * values;
        }

        double w = Sum(sumW), wx = Sum(sumX), q = Sum(sumQ), qq = Sum(sumQQ), qx = Sum(sumQX);
        var determinant = (w * qq) - (q * q);
        if (determinant <= 0)
        {
            return (0, 0);
        }

        var minimum = ((q * qx) - (qq * wx)) / determinant;
        return minimum >= 0
            ? ((float)(((w * qx) - (wx * q)) / determinant), (float)minimum)
            : ((float)(qx / qq), 0);
    }

    private static (float Products, float Squares) Moments(float* x, float* weights, int count, int bound, float inverse)
    {
        var (products, squares) = (Vector256<float>.Zero, Vector256<float>.Zero);
        for (var i = 0; i < count; i += 8)
        {
            var values = Vector256.Load(x + i);
            var codes = Clamp(Vector256.Round(values * inverse), -bound, bound - 1);
            var weighted = Vector256.Load(weights + i) * codes;
            products += weighted * values;
            squares += weighted * codes;
        }

        return (Sum(products), Sum(squares));
    }

    private static (float Low, float High) Range(float* x, int count)
    {
        var (low, high) = (x[0], x[0]);
        for (var i = 1; i < count; i++)
        {
            low = Math.Min(low, x[i]);
            high = Math.Max(high, x[i]);
        }

        return (low, high);
    }

    private static Vector256<float> Clamp(Vector256<float> values, float least, float most) =>
        Vector256.Min(Vector256.Max(values, Vector256.Create(least)), Vector256.Create(most));

    private static float Sum(Vector256<float> lanes)
    {
        var half = lanes.GetLower() + lanes.GetUpper();
        return half[0] + half[2] + (half[1] + half[3]);
    }
}

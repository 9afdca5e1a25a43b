namespace Gyre.Evaluation.Statistics;

/// <summary>Distribution functions that tests and sample sizes need.</summary>
/// <remarks>Source of series and continued fractions: Abramowitz and Stegun, "Handbook of Mathematical Functions", 26.2, 26.5 and 6.1.41; Lentz's way of evaluating fractions.</remarks>
internal static class Distributions
{
    private const double Tiny = 1e-300;
    private const double Precision = 1e-15;

    /// <summary>P(X ≤ x) of the standard normal distribution.</summary>
    public static double Normal(double x) => x < 0 ? 0.5 * ErrorComplement(-x / Math.Sqrt(2)) : 1 - (0.5 * ErrorComplement(x / Math.Sqrt(2)));

    /// <summary>The x with <see cref="Normal"/>(x) = probability.</summary>
    /// <param name="probability">Between 0 and 1, both excluded.</param>
    public static double NormalQuantile(double probability)
    {
        if (!(probability is > 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(probability), probability, "Expected a number between 0 and 1.");
        }

        // Bisection on the distribution function: slow and beyond doubt, and this is called a few times a table.
        double low = -40;
        double high = 40;
        while (high - low > 1e-13)
        {
            var middle = (low + high) / 2;
            (low, high) = Normal(middle) < probability ? (middle, high) : (low, middle);
        }

        return (low + high) / 2;
    }

    /// <summary>P(|T| ≥ |t|) of Student's t with the given degrees of freedom.</summary>
    public static double StudentTwoSided(double t, double degrees) =>
        double.IsInfinity(t) ? 0 : IncompleteBeta(degrees / 2, 0.5, degrees / (degrees + (t * t)));

    /// <summary>P(X ≤ k) of a binomial distribution with n trials of probability ½.</summary>
    public static double FairCoins(long k, long n) => k < 0 ? 0 : k >= n ? 1 : IncompleteBeta(n - k, k + 1, 0.5);

    /// <summary>P(X ≥ x) of the χ² distribution.</summary>
    public static double ChiSquareUpper(double x, double degrees) => 
        x <= 0 ? 1 : x / 2 > (degrees / 2) + 1 ? GammaFraction(degrees / 2, x / 2) : 1 - IncompleteGamma(degrees / 2, x / 2);

    /// <summary>The regularised incomplete beta function I_x(a, b).</summary>
    public static double IncompleteBeta(double a, double b, double x)
    {
        if (x <= 0 || x >= 1)
        {
            return x <= 0 ? 0 : 1;
        }

        var front = Math.Exp(LogGamma(a + b) - LogGamma(a) - LogGamma(b) + (a * Math.Log(x)) + (b * Math.Log(1 - x)));
        return x < (a + 1) / (a + b + 2) ? front * BetaFraction(a, b, x) / a : 1 - (front * BetaFraction(b, a, 1 - x) / b);
    }

    /// <summary>ln Γ(x) for x &gt; 0.</summary>
    public static double LogGamma(double x)
    {
        // Stirling's series, after the recurrence has made the argument large.
        var shift = 0.0;
        while (x < 15)
        {
            shift -= Math.Log(x);
            x++;
        }

        var square = 1 / (x * x);
        var series = (1.0 / 12) - (square * ((1.0 / 360) - (square * ((1.0 / 1260) - (square * ((1.0 / 1680) - (square / 1188)))))));
        return shift + ((x - 0.5) * Math.Log(x)) - x + (0.5 * Math.Log(2 * Math.PI)) + (series / x);
    }

    private static double ErrorComplement(double x)
    {
        // erfc by the incomplete gamma function: erf(x) = P(½, x²).
        return x * x > 1.5 ? GammaFraction(0.5, x * x) : 1 - IncompleteGamma(0.5, x * x);
    }

    /// <summary>The regularised lower incomplete gamma function P(a, x).</summary>
    private static double IncompleteGamma(double a, double x)
    {
        if (x <= 0)
        {
            return 0;
        }

        if (x > a + 1)
        {
            return 1 - GammaFraction(a, x);
        }

        var term = 1 / a;
        var sum = term;
        for (var k = 1; Math.Abs(term) > Math.Abs(sum) * Precision; k++)
        {
            term *= x / (a + k);
            sum += term;
        }

        return sum * Math.Exp((a * Math.Log(x)) - x - LogGamma(a));
    }

    /// <summary>The regularised upper incomplete gamma function Q(a, x) for large x.</summary>
    private static double GammaFraction(double a, double x)
    {
        var b = x + 1 - a;
        var c = 1 / Tiny;
        var d = 1 / b;
        var fraction = d;
        for (var k = 1; k < 10_000; k++)
        {
            var factor = -k * (k - a);
            b += 2;
            d = 1 / AwayFromZero((factor * d) + b);
            c = AwayFromZero(b + (factor / c));
            fraction *= d * c;
            if (Math.Abs((d * c) - 1) < Precision)
            {
                break;
            }
        }

        return fraction * Math.Exp((a * Math.Log(x)) - x - LogGamma(a));
    }

    private static double BetaFraction(double a, double b, double x)
    {
        var c = 1.0;
        var d = 1 / AwayFromZero(1 - ((a + b) * x / (a + 1)));
        var fraction = d;
        for (var k = 1; k < 10_000; k++)
        {
            var even = k * (b - k) * x / ((a + (2 * k) - 1) * (a + (2 * k)));
            d = 1 / AwayFromZero(1 + (even * d));
            c = AwayFromZero(1 + (even / c));
            fraction *= d * c;
            var odd = -(a + k) * (a + b + k) * x / ((a + (2 * k)) * (a + (2 * k) + 1));
            d = 1 / AwayFromZero(1 + (odd * d));
            c = AwayFromZero(1 + (odd / c));
            fraction *= d * c;
            if (Math.Abs((d * c) - 1) < Precision)
            {
                break;
            }
        }

        return fraction;
    }

    private static double AwayFromZero(double value) => Math.Abs(value) < Tiny ? Tiny : value;
}

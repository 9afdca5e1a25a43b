namespace Gyre.Training.Alignment.Losses;

/// <summary>The logistic function and its kin, without overflow.</summary>
internal static class Logistic
{
    /// <summary>1 / (1 + e^−x).</summary>
    public static double Sigmoid(double x)
    {
        if (x >= 0)
        {
            return 1 / (1 + Math.Exp(-x));
        }

        var e = Math.Exp(x);
        return e / (1 + e);
    }

    /// <summary>ln σ(x).</summary>
    public static double LogSigmoid(double x) => -Softplus(-x);

    /// <summary>ln(1 + e^x).</summary>
    public static double Softplus(double x) => Math.Max(x, 0) + LogOnePlus(Math.Exp(-Math.Abs(x)));

    /// <summary>ln(1 + x) for x ≥ 0 without losing small x.</summary>
    private static double LogOnePlus(double x)
    {
        // Kahan: the rounding of 1 + x cancels against that of the difference.
        var u = 1 + x;
        return u == 1 ? x : Math.Log(u) * x / (u - 1);
    }
}

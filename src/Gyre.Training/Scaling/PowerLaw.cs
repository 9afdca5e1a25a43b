namespace Gyre.Training.Scaling;

/// <summary>A fitted law <c>loss = Coefficient · compute^−Exponent</c>.</summary>
/// <param name="Coefficient">The loss that the law gives for one floating-point operation.</param>
/// <param name="Exponent">How fast the loss falls: tenfold compute divides it by 10^Exponent.</param>
/// <param name="Determination">The share of the variance of log loss that the law explains, 0 to 1.</param>
public sealed record PowerLaw(double Coefficient, double Exponent, double Determination)
{
    /// <summary>The loss that the law gives.</summary>
    public double At(double flops) => Coefficient * Math.Pow(flops, -Exponent);

    /// <summary>Fits the law by least squares on the logarithms; null for fewer than two different amounts of compute.</summary>
    public static PowerLaw? Fit(IReadOnlyList<ScalingPoint> points)
    {
        ArgumentNullException.ThrowIfNull(points);
        var usable = points.Where(point => point.Flops > 0 && point.Loss > 0 && double.IsFinite(point.Loss)).ToArray();
        if (usable.Select(point => point.Flops).Distinct().Count() < 2)
        {
            return null;
        }

        var meanX = usable.Average(point => Math.Log(point.Flops));
        var meanY = usable.Average(point => Math.Log(point.Loss));
        double xx = 0, xy = 0, yy = 0;
        foreach (var point in usable)
        {
            var x = Math.Log(point.Flops) - meanX;
            var y = Math.Log(point.Loss) - meanY;
            xx += x * x;
            xy += x * y;
            yy += y * y;
        }

        var slope = xy / xx;
        return new PowerLaw(Math.Exp(meanY - (slope * meanX)), -slope, yy == 0 ? 1 : xy * xy / (xx * yy));
    }
}

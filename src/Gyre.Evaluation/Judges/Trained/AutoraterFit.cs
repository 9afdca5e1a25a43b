namespace Gyre.Evaluation.Judges.Trained;

/// <summary>What a fit found.</summary>
internal sealed record AutoraterFit(double[] Means, double[] Scales, double[] Weights, double[] Thresholds)
{
    /// <summary>Means and deviations of features over what is defined; a feature that never changes has scale 1.</summary>
    public static (double[] Means, double[] Scales) Standardise(IReadOnlyList<double[]> rows, int scorers, int standardised)
    {
        var (means, scales) = (new double[standardised], new double[standardised]);
        for (var i = 0; i < standardised; i++)
        {
            var place = i;
            var values = rows.Where(row => !(place % 2 == 0 && place < 2 * scorers && row[place + 1] == 1)).Select(row => row[place]).ToArray();
            means[i] = values.Length == 0 ? 0 : values.Average();
            var deviation = values.Length == 0 ? 0 : Math.Sqrt(values.Sum(value => (value - means[i]) * (value - means[i])) / values.Length);
            scales[i] = deviation > 1e-12 ? deviation : 1;
        }

        return (means, scales);
    }
}

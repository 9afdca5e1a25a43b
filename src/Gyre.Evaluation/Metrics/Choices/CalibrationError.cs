namespace Gyre.Evaluation.Metrics.Choices;

/// <summary>Expected calibration error: how far confidence and accuracy are apart, in bins of the first choice's confidence.</summary>
/// <remarks>Source: M. Naeini et al. 2015 (equal width); K. Nguyen and B. O'Connor 2015 (equal mass); C. Guo et al. 2017.</remarks>
public static class CalibrationError
{
    private const int Cells = 100;

    /// <summary><c>ece-width-N</c>: bins of equal width (lower end excluded, upper end included, as Guo et al.).</summary>
    /// <param name="bins">1 to 100.</param>
    public static IMetric<ChoiceSample> EqualWidth(int bins = 10)
    {
        RequireBins(bins);
        return new SumsMetric<ChoiceSample>($"ece-width-{bins}", Form, 3 * bins, (sample, sums) => Write(sample, sums, bins), (sums, count) =>
        {
            var error = 0.0;
            for (var bin = 0; bin < bins; bin++)
            {
                error += Math.Abs(sums[(3 * bin) + 1] - sums[(3 * bin) + 2]);
            }

            return MetricValue.Of(error / count);
        });
    }

    /// <summary>
    /// <c>ece-mass-N</c>: bins of as equal a number of samples as cells of one hundredth of confidence allow, which are never split, so
    /// that the statistics add up. <see cref="EqualMass(IReadOnlyList{ChoiceSample},int)"/> is exact and needs all samples at once.
    /// </summary>
    /// <param name="bins">1 to 100.</param>
    public static IMetric<ChoiceSample> EqualMassOfCells(int bins = 10)
    {
        RequireBins(bins);
        return new SumsMetric<ChoiceSample>($"ece-mass-{bins}", Form, 3 * Cells, (sample, sums) => Write(sample, sums, Cells), (sums, count) =>
        {
            var (error, taken, bin, gap) = (0.0, 0.0, 1, 0.0);
            for (var cell = 0; cell < Cells; cell++)
            {
                taken += sums[3 * cell];
                gap += sums[(3 * cell) + 1] - sums[(3 * cell) + 2];
                if (taken * bins >= (double)bin * count)
                {
                    error += Math.Abs(gap);
                    gap = 0;
                    bin = (int)Math.Min(bins, Math.Floor(taken * bins / count) + 1);
                }
            }

            return MetricValue.Of((error + Math.Abs(gap)) / count);
        });
    }

    /// <summary>The error over bins of an equal number of samples, in the order of confidence; the first bins have one more when it does not divide.</summary>
    /// <remarks>Equal confidences stay in the order of the samples. Cost: a sort.</remarks>
    public static MetricValue EqualMass(IReadOnlyList<ChoiceSample> samples, int bins = 10)
    {
        ArgumentNullException.ThrowIfNull(samples);
        RequireBins(bins);
        var ordered = new List<(double Confidence, double Gap)>(samples.Count);
        foreach (var sample in samples)
        {
            if (sample.Fault() is { } fault)
            {
                return MetricValue.Undefined(fault);
            }

            var (confidence, hit) = Read(sample);
            ordered.Add((confidence, confidence - hit));
        }

        if (ordered.Count == 0)
        {
            return MetricValue.Undefined(UndefinedCause.NoSamples, "nothing was measured");
        }

        var sorted = ordered.OrderBy(pair => pair.Confidence).ToArray();
        var (error, start) = (0.0, 0);
        for (var bin = 0; bin < bins; bin++)
        {
            var length = (sorted.Length / bins) + (bin < sorted.Length % bins ? 1 : 0);
            var gap = 0.0;
            for (var i = start; i < start + length; i++)
            {
                gap += sorted[i].Gap;
            }

            error += Math.Abs(gap);
            start += length;
        }

        return MetricValue.Of(error / sorted.Length);
    }

    private static MetricForm Form { get; } = new(ScoreDirection.LowerIsBetter, MetricUnit.Share, 0, 1, "Naeini et al. 2015; Guo et al. 2017");

    private static Undefined? Write(ChoiceSample sample, Span<double> sums, int bins)
    {
        if (sample.Fault() is { } fault)
        {
            return fault;
        }

        var (confidence, hit) = Read(sample);
        var bin = 3 * Math.Clamp((int)Math.Ceiling(confidence * bins) - 1, 0, bins - 1);
        (sums[bin], sums[bin + 1], sums[bin + 2]) = (1, confidence, hit);
        return null;
    }

    private static (double Confidence, double Hit) Read(ChoiceSample sample)
    {
        var best = sample.Best();
        return (Math.Min(1, sample.Probabilities[best]), best == sample.Right ? 1 : 0);
    }

    private static void RequireBins(int bins)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bins, Cells);
    }
}

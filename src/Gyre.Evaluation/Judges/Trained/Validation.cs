using Gyre.Contracts;
using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Metrics.Labels;
using Gyre.Evaluation.Statistics;

namespace Gyre.Evaluation.Judges.Trained;

/// <summary>Makes the report of a cross-validation from what was predicted for each rating.</summary>
internal static class Validation
{
    private const int Bins = 10;

    public static AutoraterReport Report(
        string[] said,
        string[] people,
        LabelSet labels,
        double[] losses,
        double[] baselineLosses,
        (double Probability, double IsRight)[] sure,
        MetricValue baselineShare,
        (double[] Numbers, int[] Levels, int Classes)? ordered,
        int folds,
        ComparisonOptions options,
        CancellationToken cancellationToken)
    {
        var agreement = JudgeAgreement.Of(said, people, labels, options, labels.Names.Count > 2 ? KappaWeights.Quadratic : KappaWeights.None, cancellationToken);
        var gains = new SampleStatistics(1);
        foreach (var (loss, baseline) in losses.Zip(baselineLosses))
        {
            gains.Add([baseline - loss]);
        }

        var (_, gain, _) = SampleInterval.Of(gains, static (sums, count) => MetricValue.Ratio(sums[0], count, "no ratings"), options, cancellationToken);
        var (concordance, interval) = ordered is { } given
            ? ConcordanceOf(given.Numbers, given.Levels, given.Classes, options, cancellationToken)
            : (MetricValue.Undefined(UndefinedCause.MissingInput, "comparisons have no levels"), null);
        return new AutoraterReport(
            losses.Length, folds, agreement.Share, agreement.ShareInterval, baselineShare, agreement.Kappa, agreement.KappaInterval, agreement.Alpha, concordance, interval,
            losses.Average(), baselineLosses.Average(), gain ?? new Interval(double.NegativeInfinity, double.PositiveInfinity, options.Confidence, "none"), CalibrationOf(sure));
    }

    private static (MetricValue Value, Interval? Interval) ConcordanceOf(double[] numbers, int[] levels, int classes, ComparisonOptions options, CancellationToken cancellationToken)
    {
        var value = Concordance.Of(numbers, levels, classes);
        if (!double.IsFinite(value))
        {
            return (MetricValue.Undefined(UndefinedCause.ZeroDenominator, "all ratings are equal"), null);
        }

        var resampled = new Resampler(options, cancellationToken).Run(
            new SeededRandom(options.Seed).Fork("concordance"),
            () => (Numbers: new double[numbers.Length], Levels: new int[numbers.Length]),
            (random, scratch) =>
            {
                for (var i = 0; i < numbers.Length; i++)
                {
                    var drawn = random.NextInt32(numbers.Length);
                    (scratch.Numbers[i], scratch.Levels[i]) = (numbers[drawn], levels[drawn]);
                }

                return Concordance.Of(scratch.Numbers, scratch.Levels, classes);
            });
        return (MetricValue.Of(value), Resampler.Percentiles(resampled, options.Confidence, "bootstrap"));
    }

    private static double CalibrationOf((double Probability, double IsRight)[] sure)
    {
        var gaps = new double[Bins];
        foreach (var (probability, isRight) in sure)
        {
            gaps[Math.Clamp((int)Math.Ceiling(probability * Bins) - 1, 0, Bins - 1)] += probability - isRight;
        }

        return gaps.Sum(Math.Abs) / sure.Length;
    }
}

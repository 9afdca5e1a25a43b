using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Metrics.Vectors;
using Gyre.Evaluation.Tests.Metrics.Edits;
using Shouldly;
using Xunit;

namespace Gyre.Evaluation.Tests.Metrics.Vectors;

public sealed class CorrelationTests
{
    private static readonly double[] First = [12, 2, 1, 12, 2, 5, 7.5, 7.5, 3, 1];
    private static readonly double[] Second = [1, 4, 7, 1, 0, 3, 7, 2.5, 2.5, -4];

    // scipy 1.10.1: pearsonr, spearmanr, kendalltau.
    [Fact]
    public void Correlations_with_ties_are_those_of_scipy()
    {
        Correlation.Pearson(First, Second).Number.ShouldBe(0.01237458789992716, 1e-14);
        Correlation.Spearman(First, Second).Number.ShouldBe(-0.04024787090821993, 1e-14);
        Correlation.Kendall(First, Second).Number.ShouldBe(-0.07229440390678198, 1e-14);
    }

    [Fact]
    public void Correlations_of_long_series_are_those_of_scipy()
    {
        var letters = new string([.. Enumerable.Range(0, 40).Select(i => (char)i)]);
        var first = EditTexts.Congruential(1, 500, letters).Select(c => (double)c).ToArray();
        var second = first.Zip(EditTexts.Congruential(2, 500, letters[..30]), (a, b) => (a + b) % 60).ToArray();
        Correlation.Pearson(first, second).Number.ShouldBe(0.6033455621775357, 1e-13);
        Correlation.Spearman(first, second).Number.ShouldBe(0.6450427813052094, 1e-13);
        Correlation.Kendall(first, second).Number.ShouldBe(0.49985869980948583, 1e-13);
    }

    [Fact]
    public void A_monotone_series_has_full_rank_correlation_and_the_reverse_the_opposite()
    {
        double[] cubes = [1, 8, 27, 64, 1e300];
        double[] numbers = [1, 2, 3, 4, 5];
        Correlation.Spearman(numbers, cubes).Number.ShouldBe(1, 1e-12);
        Correlation.Kendall(numbers, cubes).Number.ShouldBe(1, 1e-12);
        Array.Reverse(cubes);
        Correlation.Kendall(numbers, cubes).Number.ShouldBe(-1, 1e-12);
        Correlation.Pearson([1e200, 2e200, 3e200], [1e-200, 2e-200, 3e-200]).Number.ShouldBe(1, 1e-12);
    }

    [Fact]
    public void Series_without_variation_or_with_one_pair_are_undefined()
    {
        Correlation.Pearson([0.1, 0.1, 0.1], [1, 2, 3]).Reason!.Cause.ShouldBe(UndefinedCause.ZeroDenominator);
        Correlation.Spearman([1, 2], [5, 5]).Reason!.Cause.ShouldBe(UndefinedCause.ZeroDenominator);
        Correlation.Kendall([1, 1], [5, 6]).Reason!.Cause.ShouldBe(UndefinedCause.ZeroDenominator);
        Correlation.Kendall([1], [5]).Reason!.Cause.ShouldBe(UndefinedCause.NoSamples);
        Correlation.Pearson([1, double.NaN], [5, 6]).Reason!.Cause.ShouldBe(UndefinedCause.MissingInput);
        Should.Throw<ArgumentException>(() => Correlation.Pearson([1], [1, 2]));
    }
}

using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Metrics.Agreement;
using Gyre.Evaluation.Metrics.Labels;
using Shouldly;
using Xunit;

namespace Gyre.Evaluation.Tests.Metrics.Agreement;

public sealed class AgreementTests
{
    // Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability", part D: four observers, twelve units, missing ratings.
    private static readonly string[] Observers =
    [
        "1 2 3 3 2 1 4 1 2 . . .",
        "1 2 3 3 2 2 4 1 2 5 . 3",
        ". 3 3 3 2 3 4 2 2 5 1 .",
        "1 2 3 3 2 4 4 1 2 5 1 .",
    ];

    [Theory]
    [InlineData(MeasurementLevel.Nominal, 0.743)]
    [InlineData(MeasurementLevel.Ordinal, 0.815)]
    [InlineData(MeasurementLevel.Interval, 0.849)]
    [InlineData(MeasurementLevel.Ratio, 0.797)]
    public void Alpha_is_that_of_Krippendorffs_example(MeasurementLevel level, double alpha) => KrippendorffAlpha.Of(Units(Observers), level).Number.ShouldBe(alpha, 5e-4);

    // The same paper, part B: two observers, binary, nominal: alpha 0.095. Part C: nominal with five values: 0.692.
    [Theory]
    [InlineData("0 1 0 0 0 0 0 0 1 0", "1 1 1 0 0 1 0 0 0 0", 0.095)]
    [InlineData("1 1 2 2 4 3 3 3 5 4 4 1", "2 1 2 2 2 3 3 3 5 4 4 4", 0.692)]
    public void Alpha_is_that_of_Krippendorffs_smaller_examples(string one, string two, double alpha) =>
        KrippendorffAlpha.Of(Units([one, two]), MeasurementLevel.Nominal).Number.ShouldBe(alpha, 5e-4);

    [Fact]
    public void Alpha_of_full_agreement_is_one_and_of_equal_ratings_undefined()
    {
        KrippendorffAlpha.Of(Units(["1 2 3", "1 2 3"]), MeasurementLevel.Interval).ShouldBe(MetricValue.Of(1));
        KrippendorffAlpha.Of(Units(["2 2", "2 2"]), MeasurementLevel.Nominal).Reason!.Cause.ShouldBe(UndefinedCause.ZeroDenominator);
        KrippendorffAlpha.Of(Units(["1 .", ". 2"]), MeasurementLevel.Nominal).Reason!.Cause.ShouldBe(UndefinedCause.NoSamples);
        KrippendorffAlpha.Of(Units(["-1 2", "1 2"]), MeasurementLevel.Ratio).Reason!.Cause.ShouldBe(UndefinedCause.MissingInput);
        KrippendorffAlpha.Of([.. Enumerable.Range(0, 3000).Select(i => new RatedItem([i, i + 0.5]))], MeasurementLevel.Interval).Reason!.Cause.ShouldBe(UndefinedCause.TooLarge);
        Should.Throw<ArgumentException>(() => KrippendorffAlpha.Of([new RatedItem([double.NaN, 1])], MeasurementLevel.Nominal));
    }

    // Fleiss' κ of ten subjects, fourteen raters, five categories; the worked example of Wikipedia's "Fleiss' kappa": 0.210.
    [Fact]
    public void Fleiss_kappa_is_that_of_the_worked_example()
    {
        int[][] counts = [[0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1], [7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7]];
        var value = FleissKappa.OfCounts(counts);
        value.Number.ShouldBe(0.210, 5e-4);
        var items = counts.Select(item => new RatedItem([.. item.SelectMany((count, label) => Enumerable.Repeat((double?)label, count))]));
        FleissKappa.Of([.. items]).Number.ShouldBe(value.Number, 1e-12);
    }

    [Fact]
    public void Fleiss_kappa_needs_equally_many_ratings()
    {
        FleissKappa.OfCounts([[2, 0], [1, 2]]).Reason!.Cause.ShouldBe(UndefinedCause.MissingInput);
        FleissKappa.OfCounts([[3, 0], [3, 0]]).Reason!.Cause.ShouldBe(UndefinedCause.ZeroDenominator);
        FleissKappa.OfCounts([]).Reason!.Cause.ShouldBe(UndefinedCause.NoSamples);
        Should.Throw<ArgumentException>(() => FleissKappa.OfCounts([[1, 1], [2]]));
    }

    // 20 yes/yes, 5 yes/no, 10 no/yes, 15 no/no: κ = 0.4, the worked example of Wikipedia's "Cohen's kappa".
    [Fact]
    public void Cohens_kappa_is_that_of_the_worked_example()
    {
        var first = Repeat("yes", 25).Concat(Repeat("no", 25)).ToArray();
        var second = Repeat("yes", 20).Concat(Repeat("no", 5)).Concat(Repeat("yes", 10)).Concat(Repeat("no", 15)).ToArray();
        CohenKappa.Of(first, second).Number.ShouldBe(0.4, 1e-12);
        CohenKappa.Of(first, first).ShouldBe(MetricValue.Of(1));
        CohenKappa.Of(["a"], ["a"]).Reason!.Cause.ShouldBe(UndefinedCause.ZeroDenominator);
        CohenKappa.Of([], []).Reason!.Cause.ShouldBe(UndefinedCause.NoSamples);
        Should.Throw<ArgumentException>(() => CohenKappa.Of(["a"], []));
    }

    // scikit-learn 1.2.1: cohen_kappa_score of the same lists, weights "linear" and "quadratic".
    [Fact]
    public void Weights_count_how_far_apart_classes_are()
    {
        var first = "cat ant cat cat ant bird bird bird cat dog ant cat".Split(' ');
        var second = "ant ant cat cat ant cat bird ant cat bird bird cat".Split(' ');
        CohenKappa.Of(first, second, KappaWeights.Linear).Number.ShouldBe(0.41666666666666663, 1e-15);
        CohenKappa.Of(first, second, KappaWeights.Quadratic).Number.ShouldBe(0.459016393442623, 1e-15);
    }

    [Fact]
    public void Labels_become_numbers_in_the_order_of_their_set()
    {
        var items = RatedItem.FromLabels([["low", "mid"], ["high", null]], new LabelSet(["low", "mid", "high"]));
        items[0].Ratings.ShouldBe([0, 1]);
        items[1].Ratings.ShouldBe([2, null]);
        Should.Throw<ArgumentException>(() => RatedItem.FromLabels([["other"]], new LabelSet(["low", "high"]))).Message.ShouldContain("'other'");
    }

    private static IEnumerable<string> Repeat(string label, int times) => Enumerable.Repeat(label, times);

    private static RatedItem[] Units(string[] observers)
    {
        var ratings = observers.Select(observer => observer.Split(' ').Select(text => text == "." ? (double?)null : double.Parse(text, System.Globalization.CultureInfo.InvariantCulture)).ToArray()).ToArray();
        return [.. Enumerable.Range(0, ratings[0].Length).Select(unit => new RatedItem([.. ratings.Select(observer => observer[unit])]))];
    }
}

using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Metrics.Labels;
using Shouldly;
using Xunit;

namespace Gyre.Evaluation.Tests.Metrics.Labels;

/// <summary>Figures are those of scikit-learn 1.2.1 for these two lists, by the functions that the metrics' forms name.</summary>
public sealed class LabelMetricsTests
{
    private static readonly string[] True = "cat ant cat cat ant bird bird bird cat dog ant cat".Split(' ');
    private static readonly string[] Said = "ant ant cat cat ant cat bird ant cat bird bird cat".Split(' ');
    private static readonly LabelSet Animals = LabelSet.Seen([.. True, .. Said]);

    private static TextSample[] Samples => [.. True.Zip(Said, (right, said) => new TextSample(said, right))];

    [Theory]
    [InlineData(LabelAverage.Micro, 0.5833333333333334, 0.5833333333333334, 0.5833333333333334)]
    [InlineData(LabelAverage.Macro, 0.4083333333333333, 0.45, 0.42619047619047623)]
    [InlineData(LabelAverage.Weighted, 0.5416666666666666, 0.5833333333333334, 0.5595238095238096)]
    public void Averages_that_count_zero_are_those_of_scikit_learn(LabelAverage average, double precision, double recall, double f1)
    {
        LabelMetrics.Average(Animals, LabelMeasure.Precision, average, ZeroDivision.Zero).Of(Samples).Number.ShouldBe(precision, 1e-15);
        LabelMetrics.Average(Animals, LabelMeasure.Recall, average, ZeroDivision.Zero).Of(Samples).Number.ShouldBe(recall, 1e-15);
        LabelMetrics.Average(Animals, LabelMeasure.F1, average, ZeroDivision.Zero).Of(Samples).Number.ShouldBe(f1, 1e-15);
    }

    [Fact]
    public void A_class_that_is_never_predicted_leaves_precision_undefined_unless_zero_is_asked_for()
    {
        LabelMetrics.OfClass(Animals, LabelMeasure.Precision, "dog").Of(Samples).Reason!.Detail.ShouldBe("class 'dog' is never predicted");
        LabelMetrics.Average(Animals, LabelMeasure.Precision, LabelAverage.Macro).Of(Samples).Reason!.Cause.ShouldBe(UndefinedCause.ZeroDenominator);
        LabelMetrics.OfClass(Animals, LabelMeasure.F1, "dog").Of(Samples).ShouldBe(MetricValue.Of(0));
    }

    [Theory]
    [InlineData("ant", 0.5, 2 / 3.0, 4 / 7.0)]
    [InlineData("bird", 1 / 3.0, 1 / 3.0, 1 / 3.0)]
    [InlineData("cat", 0.8, 0.8, 0.8)]
    public void Each_class_has_its_own_values(string label, double precision, double recall, double f1)
    {
        LabelMetrics.OfClass(Animals, LabelMeasure.Precision, label).Of(Samples).Number.ShouldBe(precision, 1e-15);
        LabelMetrics.OfClass(Animals, LabelMeasure.Recall, label).Of(Samples).Number.ShouldBe(recall, 1e-15);
        LabelMetrics.OfClass(Animals, LabelMeasure.F1, label).Of(Samples).Number.ShouldBe(f1, 1e-15);
    }

    [Fact]
    public void Correlation_and_kappa_are_those_of_scikit_learn()
    {
        LabelMetrics.Accuracy(Animals).Of(Samples).Number.ShouldBe(7 / 12.0, 1e-15);
        LabelMetrics.Mcc(Animals).Of(Samples).Number.ShouldBe(0.3919400735783415, 1e-15);
        LabelMetrics.Kappa(Animals).Of(Samples).Number.ShouldBe(0.3877551020408164, 1e-15);
        LabelMetrics.Kappa(Animals, KappaWeights.Linear).Of(Samples).Number.ShouldBe(0.41666666666666663, 1e-15);
        LabelMetrics.Kappa(Animals, KappaWeights.Quadratic).Of(Samples).Number.ShouldBe(0.459016393442623, 1e-15);

        string[] right = ["+", "+", "+", "-"];
        string[] said = ["+", "-", "+", "+"];
        LabelMetrics.Mcc(new LabelSet(["-", "+"])).Of(right.Zip(said, (r, s) => new TextSample(s, r))).Number.ShouldBe(-1 / 3.0, 1e-15);
    }

    [Fact]
    public void The_table_says_what_the_metrics_say_and_each_cell()
    {
        var table = new ConfusionTable(Animals);
        foreach (var (right, said) in True.Zip(Said))
        {
            table.Add(right, said);
        }

        int[,] expected = { { 2, 1, 0, 0 }, { 1, 1, 1, 0 }, { 1, 0, 4, 0 }, { 0, 1, 0, 0 } };
        for (var i = 0; i < 4; i++)
        {
            for (var j = 0; j < 4; j++)
            {
                table[i, j].ShouldBe(expected[i, j]);
            }

            table[i, -1].ShouldBe(0);
        }

        table.Mcc.ShouldBe(LabelMetrics.Mcc(Animals).Of(Samples));
        table.Accuracy.ShouldBe(LabelMetrics.Accuracy(Animals).Of(Samples));
        table.Kappa(KappaWeights.Quadratic).Number.ShouldBe(0.459016393442623, 1e-15);
        table.Average(LabelMeasure.F1, LabelAverage.Weighted).Number.ShouldBe(0.5595238095238096, 1e-15);
        table.Of(LabelMeasure.Recall, "ant").Number.ShouldBe(2 / 3.0, 1e-15);
    }

    [Fact]
    public void A_prediction_outside_the_classes_is_wrong_and_hides_nothing()
    {
        var labels = new LabelSet(["yes", "no"]);
        TextSample[] samples = [new("yes", "yes"), new("I think yes", "yes"), new(" no\n", "no"), new("maybe", "no")];
        LabelMetrics.Accuracy(labels).Of(samples).ShouldBe(MetricValue.Of(0.5));
        LabelMetrics.OfClass(labels, LabelMeasure.Recall, "yes").Of(samples).ShouldBe(MetricValue.Of(0.5));
        LabelMetrics.OfClass(labels, LabelMeasure.Precision, "yes").Of(samples).ShouldBe(MetricValue.Of(1));

        // scikit-learn with "maybe" and "I think yes" as one more class "?": matthews_corrcoef(['y','y','n','n'], ['y','?','n','?']).
        LabelMetrics.Mcc(labels).Of(samples).Number.ShouldBe(0.4472135954999579, 1e-15);
        LabelMetrics.Kappa(labels, KappaWeights.Linear).Of("maybe", "no").Reason!.Cause.ShouldBe(UndefinedCause.MissingInput);
    }

    [Fact]
    public void One_class_alone_leaves_correlation_and_kappa_undefined()
    {
        var labels = new LabelSet(["yes", "no"]);
        LabelMetrics.Mcc(labels).Of("yes", "yes").Reason!.Cause.ShouldBe(UndefinedCause.ZeroDenominator);
        LabelMetrics.Kappa(labels).Of("yes", "yes").Reason!.Cause.ShouldBe(UndefinedCause.ZeroDenominator);
        LabelMetrics.Kappa(labels, KappaWeights.Linear).Of("yes", "yes").Reason!.Cause.ShouldBe(UndefinedCause.ZeroDenominator);
    }

    [Fact]
    public void A_reference_outside_the_classes_or_several_of_them_leave_the_sample_undefined()
    {
        var labels = new LabelSet(["yes", "no"], ignoreCase: true);
        LabelMetrics.Accuracy(labels).Of("YES", "Yes").ShouldBe(MetricValue.Of(1));
        LabelMetrics.Accuracy(labels).Of("yes", "perhaps").Reason!.Cause.ShouldBe(UndefinedCause.MissingInput);
        LabelMetrics.Accuracy(labels).Of("yes", "yes", "no").Reason!.Cause.ShouldBe(UndefinedCause.MissingInput);
        LabelMetrics.Accuracy(labels).Of("yes").Reason!.Cause.ShouldBe(UndefinedCause.NoReference);
    }

    [Fact]
    public void Free_text_is_no_label_set()
    {
        Should.Throw<ArgumentException>(() => LabelSet.Seen(Enumerable.Range(0, 100_000).Select(i => i.ToString(System.Globalization.CultureInfo.InvariantCulture)))).Message.ShouldContain("1001 classes");
        Should.Throw<ArgumentException>(() => new LabelSet(["a"])).Message.ShouldContain("found 1 classes");
        Should.Throw<ArgumentException>(() => new LabelSet(["a", " a"])).Message.ShouldContain("'a' stands there twice");
    }
}

using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Metrics.Choices;
using Shouldly;
using Xunit;

namespace Gyre.Evaluation.Tests.Metrics.Choices;

public sealed class ChoiceMetricsTests
{
    private static readonly ChoiceSample[] Five =
    [
        new([.7, .2, .1], 0), new([.1, .8, .1], 1), new([.3, .3, .4], 0), new([.05, .05, .9], 2), new([.6, .3, .1], 1),
    ];

    // scikit-learn 1.2.1: log_loss, and numpy's mean of the squared differences from one-hot rows.
    [Fact]
    public void Losses_are_those_of_scikit_learn()
    {
        ChoiceMetrics.LogLoss.Of(Five).Number.ShouldBe(0.6186249239125281, 1e-12);
        ChoiceMetrics.Brier.Of(Five).Number.ShouldBe(0.363, 1e-15);
        ChoiceMetrics.Accuracy.Of(Five).Number.ShouldBe(0.6, 1e-15);

        // brier_score_loss([0, 1, 1, 0], [.1, .9, .8, .3]) is 0.0375.
        ChoiceMetrics.Brier.Of(new([.9, .1], 0), new ChoiceSample([.1, .9], 1), new([.2, .8], 1), new([.7, .3], 0)).Number.ShouldBe(2 * 0.0375, 1e-15);
    }

    // The loop over bins of Guo et al.'s published code, in numpy.
    [Fact]
    public void The_calibration_error_of_equal_width_is_that_of_its_definition()
    {
        CalibrationError.EqualWidth().Of(Five).Number.ShouldBe(0.32, 1e-12);
        CalibrationError.EqualWidth(3).Of(Five).Number.ShouldBe(0.32, 1e-12);
        CalibrationError.EqualWidth(1).Of(Five).Number.ShouldBe(Math.Abs(0.6 - 0.68), 1e-12);
    }

    [Fact]
    public void Bins_of_equal_mass_hold_as_many_samples()
    {
        // Sorted: .4 wrong, .6 wrong | .7 right, .8 right | .9 right: (1.0 + 0.5 + 0.1) / 5.
        CalibrationError.EqualMass(Five, 3).Number.ShouldBe(0.32, 1e-12);
        CalibrationError.EqualMassOfCells(1).Of(Five).Number.ShouldBe(0.08, 1e-12);

        // With one sample a cell the cells' bins are the exact ones.
        var random = new Random(3);
        var samples = Enumerable.Range(1, 90).Select(i => new ChoiceSample([(i + 0.5) / 200 + 0.5, 1 - ((i + 0.5) / 200) - 0.5], random.Next(2))).ToArray();
        CalibrationError.EqualMassOfCells(5).Of(samples).Number.ShouldBe(CalibrationError.EqualMass(samples, 5).Number, 0.05);
    }

    [Fact]
    public void Perfect_confidence_has_no_calibration_error_and_wrong_certainty_a_bounded_loss()
    {
        CalibrationError.EqualWidth().Of(new ChoiceSample([1, 0], 0)).ShouldBe(MetricValue.Of(0));
        ChoiceMetrics.LogLoss.Of(new ChoiceSample([1, 0], 1)).Number.ShouldBe(36.04365338911715, 1e-12);
    }

    [Fact]
    public void Log_likelihoods_become_probabilities_also_by_length()
    {
        var plain = ChoiceSample.FromLogLikelihoods([-10, -12], 0);
        plain.Probabilities[0].ShouldBe(1 / (1 + Math.Exp(-2)), 1e-15);
        ChoiceMetrics.Accuracy.Of(plain).ShouldBe(MetricValue.Of(1));
        ChoiceMetrics.Accuracy.Of(ChoiceSample.FromLogLikelihoods([-10, -12], 1, [2, 6])).ShouldBe(MetricValue.Of(1));
        ChoiceMetrics.Accuracy.Of(ChoiceSample.FromLogLikelihoods([-5000, -6000], 0)).ShouldBe(MetricValue.Of(1));
        ChoiceMetrics.Accuracy.Of(ChoiceSample.FromLogLikelihoods([double.NegativeInfinity, double.NegativeInfinity], 0)).Reason!.Cause.ShouldBe(UndefinedCause.MissingInput);
    }

    [Fact]
    public void Samples_that_are_no_choice_are_undefined_by_cause()
    {
        ChoiceMetrics.Brier.Of(new ChoiceSample([], 0)).Reason!.Cause.ShouldBe(UndefinedCause.EmptyCandidate);
        ChoiceMetrics.Brier.Of(new ChoiceSample([.5, .5], 2)).Reason!.Cause.ShouldBe(UndefinedCause.NoReference);
        ChoiceMetrics.Brier.Of(new ChoiceSample([.5, double.NaN], 0)).Reason!.Cause.ShouldBe(UndefinedCause.MissingInput);
        ChoiceMetrics.Brier.Of(new ChoiceSample([.5, .2], 0)).Reason!.Detail.ShouldContain("0.7");
        CalibrationError.EqualMass([]).Reason!.Cause.ShouldBe(UndefinedCause.NoSamples);
    }
}

namespace Gyre.Evaluation.Metrics.Choices;

/// <summary>Metrics of choices between answers: how often right, and how honest the probabilities are.</summary>
public static class ChoiceMetrics
{
    /// <summary>log(0) is not counted: a right answer of probability 0 counts as this probability, as in scikit-learn 1.2.</summary>
    private const double LeastProbability = 2.220446049250313e-16;

    /// <summary><c>choice-accuracy</c>: the share of samples whose most probable answer is right; of equal ones the first counts.</summary>
    public static IMetric<ChoiceSample> Accuracy { get; } = Mean(
        "choice-accuracy", MetricForm.Share("share of right first choices"), sample => sample.Best() == sample.Right ? 1 : 0);

    /// <summary><c>choice-probability</c>: the mean probability of the right answer.</summary>
    public static IMetric<ChoiceSample> Probability { get; } = Mean(
        "choice-probability", MetricForm.Share("mean probability of the right answer"), sample => Math.Min(1, sample.Probabilities[sample.Right]));

    /// <summary><c>brier</c>: the mean over samples of the squared differences of all answers, 0 to 2.</summary>
    public static IMetric<ChoiceSample> Brier { get; } = Mean(
        "brier", new MetricForm(ScoreDirection.LowerIsBetter, MetricUnit.Number, 0, 2, "Brier 1950; with two answers twice scikit-learn's brier_score_loss"), SquaredError);

    /// <summary><c>log-loss</c>: the mean of −ln of the right answer's probability.</summary>
    public static IMetric<ChoiceSample> LogLoss { get; } = Mean(
        "log-loss",
        new MetricForm(ScoreDirection.LowerIsBetter, MetricUnit.Number, 0, -Math.Log(LeastProbability), "scikit-learn log_loss"),
        sample => -Math.Log(Math.Clamp(sample.Probabilities[sample.Right], LeastProbability, 1)));

    private static double SquaredError(ChoiceSample sample)
    {
        var sum = 0.0;
        for (var i = 0; i < sample.Probabilities.Count; i++)
        {
            var off = sample.Probabilities[i] - (i == sample.Right ? 1 : 0);
            sum += off * off;
        }

        return sum;
    }

    private static MeanMetric<ChoiceSample> Mean(string name, MetricForm form, Func<ChoiceSample, double> value) =>
        new(name, form, sample => sample.Fault() is { } fault ? MetricValue.Undefined(fault) : MetricValue.Of(value(sample)));
}

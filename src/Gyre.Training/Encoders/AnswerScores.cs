using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Metrics.Answers;
using Gyre.Evaluation.Statistics;

namespace Gyre.Training.Encoders;

/// <summary>Scores of answers to questions, at any threshold of doubt.</summary>
/// <param name="items">The questions.</param>
/// <param name="found">What was found for each.</param>
internal sealed class AnswerScores(IReadOnlyList<QuestionItem> items, IReadOnlyList<FoundAnswer> found)
{
    private readonly double[] _f1 = [.. items.Select((item, i) => Best(item, found[i].Text, (text, answer) => TokenOverlap.Squad(text, answer).F1))];
    private readonly double[] _exact = [.. items.Select((item, i) => Best(item, found[i].Text, (text, answer) => Gyre.Evaluation.Scorers.TextComparison.NormalizeAnswer(text) == Gyre.Evaluation.Scorers.TextComparison.NormalizeAnswer(answer) ? 1 : 0))];

    public IReadOnlyList<QuestionItem> Items => items;

    public IReadOnlyList<FoundAnswer> Found => found;

    /// <summary>Mean F1, exact match and share of questions answered at a threshold.</summary>
    public (double F1, double Exact, double Answered) At(double threshold)
    {
        var (f1, exact, answered) = (0.0, 0.0, 0);
        for (var i = 0; i < items.Count; i++)
        {
            f1 += F1(i, threshold);
            exact += Exact(i, threshold);
            answered += found[i].Doubt <= threshold ? 1 : 0;
        }

        return (f1 / items.Count, exact / items.Count, answered / (double)items.Count);
    }

    /// <summary>The threshold with the highest mean F1; of equal ones that which answers least.</summary>
    public double BestThreshold()
    {
        var best = double.NegativeInfinity;
        foreach (var threshold in Thresholds())
        {
            best = At(threshold).F1 > At(best).F1 + 1e-12 ? threshold : best;
        }

        return best;
    }

    /// <summary>Every threshold that decides differently: below all doubts, and at each of them.</summary>
    public IEnumerable<double> Thresholds() => found.Select(answer => answer.Doubt).Distinct().Order().Prepend(double.NegativeInfinity);

    /// <summary>A question's F1: 1 for no answer to a question without one.</summary>
    public double F1(int item, double threshold) => found[item].Doubt <= threshold ? _f1[item] : items[item].Answers.Count == 0 ? 1 : 0;

    /// <summary>As <see cref="F1"/>, for exact answers.</summary>
    public double Exact(int item, double threshold) => found[item].Doubt <= threshold ? _exact[item] : items[item].Answers.Count == 0 ? 1 : 0;

    /// <summary>How the mean of a score differs from another answerer's on the same questions.</summary>
    /// <param name="other">The other answerer.</param>
    /// <param name="otherThreshold">Its threshold.</param>
    /// <param name="threshold">This one's.</param>
    /// <param name="score">Which score.</param>
    /// <param name="wanted">Which questions count.</param>
    public Comparison Compare(AnswerScores other, double otherThreshold, double threshold, Func<AnswerScores, int, double, double> score, Func<QuestionItem, bool> wanted)
    {
        var (first, second) = (new SampleStatistics(1), new SampleStatistics(1));
        for (var i = 0; i < items.Count; i++)
        {
            if (wanted(items[i]))
            {
                first.Add([score(other, i, otherThreshold)]);
                second.Add([score(this, i, threshold)]);
            }
        }

        return PairedComparison.Compare(first, second, (sums, count) => MetricValue.Of(sums[0] / count), new ComparisonOptions());
    }

    private static double Best(QuestionItem item, string text, Func<string, string, double> score) =>
        item.Answers.Count == 0 ? 0 : item.Answers.Max(answer => score(text, answer.Text));
}

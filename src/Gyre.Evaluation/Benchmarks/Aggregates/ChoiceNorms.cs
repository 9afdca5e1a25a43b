using Gyre.Evaluation.Metrics.Choices;

namespace Gyre.Evaluation.Benchmarks.Aggregates;

/// <summary>Ways to compare answers of different lengths by their log-likelihoods.</summary>
internal static class ChoiceNorms
{
    /// <summary>The place of the answer with the greatest score, the first of equals.</summary>
    public static int Best(IReadOnlyList<ChoiceOutcome> choices, Func<ChoiceOutcome, double> score)
    {
        var best = 0;
        for (var i = 1; i < choices.Count; i++)
        {
            best = score(choices[i]) > score(choices[best]) ? i : best;
        }

        return best;
    }

    /// <summary>The answers' shares of the probability that all of them have, and the right one.</summary>
    public static ChoiceSample Sample(BenchmarkOutcome outcome) =>
        ChoiceSample.FromLogLikelihoods([.. outcome.Choices.Select(choice => choice.LogLikelihood)], outcome.Right);
}

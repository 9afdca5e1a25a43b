using Gyre.Contracts;
using Gyre.Training.Alignment.Losses;
using Gyre.Training.Alignment.Pairs;

namespace Gyre.Training.Alignment.Tasks;

/// <summary>Preference optimisation over pairs: DPO and its kin, and ORPO.</summary>
/// <param name="scorer">The model.</param>
/// <param name="train">Pairs to learn from.</param>
/// <param name="heldOut">Pairs to measure; none for no validation.</param>
/// <param name="objective">What is learned.</param>
/// <param name="rows">Pairs a pass.</param>
/// <param name="accumulation">Passes a step.</param>
/// <param name="random">The order of the pairs.</param>
internal sealed class PreferenceTask(
    SequenceScorer scorer, IReadOnlyList<PairExample> train, IReadOnlyList<PairExample> heldOut, PairObjective objective, int rows, int accumulation, SeededRandom random)
    : ExampleTask<PairExample>(scorer, train, heldOut, rows, accumulation, random)
{
    protected override EncodedAnswer[] AnswersOf(PairExample example) => [example.Chosen, example.Rejected];

    protected override PartLoss Begin(PairExample[] examples, Figures figures)
    {
        // A loss that sorts over the whole step needs all scores before the first gradient.
        var ahead = objective.Preference is { CouplesPairs: true } ? Derivatives(examples, Score(examples)) : null;
        double tokens = examples.Sum(pair => pair.Chosen.Answer.Length);
        return (first, part, scores) => Outcome(part, scores, ahead?.Slice(first, part.Length) ?? Derivatives(part, scores), examples.Length, tokens, figures);
    }

    /// <summary>The preference losses of pairs and their derivatives with respect to the answers' scores.</summary>
    private PairDerivatives Derivatives(PairExample[] pairs, double[][] scores)
    {
        if (objective.Preference is not { } options)
        {
            return new PairDerivatives(new double[pairs.Length], new double[pairs.Length], new double[pairs.Length]);
        }

        var outcome = PreferenceLoss.Compute(options, new PairScores(
            [.. pairs.Select((pair, i) => Policy(scores[2 * i], options))],
            [.. pairs.Select((pair, i) => Policy(scores[(2 * i) + 1], options))],
            [.. pairs.Select(pair => Reference(pair.ReferenceChosen, pair.Chosen, options))],
            [.. pairs.Select(pair => Reference(pair.ReferenceRejected, pair.Rejected, options))]));
        return new PairDerivatives(outcome.Losses, outcome.ChosenGradient, outcome.RejectedGradient);
    }

    /// <summary>The share of some pairs in the step's loss, and its derivatives with respect to every token's log-probability.</summary>
    private (double Loss, double[][] Gradients) Outcome(PairExample[] pairs, double[][] scores, PairDerivatives derivatives, int count, double tokens, Figures figures)
    {
        var loss = 0.0;
        var gradients = new double[scores.Length][];
        for (var i = 0; i < pairs.Length; i++)
        {
            var (chosen, rejected) = (scores[2 * i], scores[(2 * i) + 1]);
            var (sumOfChosen, sumOfRejected) = (chosen.Sum(), rejected.Sum());
            var (means, reference) = (objective.Preference?.UsesMeans ?? false, objective.Preference);
            var toChosen = derivatives.Chosen[i] / count / (means ? chosen.Length : 1);
            var toRejected = derivatives.Rejected[i] / count / (means ? rejected.Length : 1);
            loss += derivatives.Losses[i] / count;
            if (objective.OddsBeta > 0)
            {
                var odds = OddsRatioLoss.Compute(objective.OddsBeta, sumOfChosen / chosen.Length, sumOfRejected / rejected.Length);
                loss += odds.Loss / count;
                toChosen += odds.Chosen / count / chosen.Length;
                toRejected += odds.Rejected / count / rejected.Length;
                figures.Add("log_odds_chosen", odds.LogOdds);
            }

            if (objective.LikelihoodWeight > 0)
            {
                loss -= objective.LikelihoodWeight * sumOfChosen / tokens;
                toChosen -= objective.LikelihoodWeight / tokens;
                figures.Add("nll_loss", -sumOfChosen / chosen.Length);
            }

            gradients[2 * i] = Filled(chosen.Length, toChosen);
            gradients[(2 * i) + 1] = Filled(rejected.Length, toRejected);
            Note(pairs[i], chosen, rejected, reference, figures);
        }

        return (loss, gradients);
    }

    private void Note(PairExample pair, double[] chosen, double[] rejected, PreferenceLossOptions? options, Figures figures)
    {
        var (rewardOfChosen, rewardOfRejected) = options is not null
            ? (PreferenceLoss.Reward(options, Policy(chosen, options), Reference(pair.ReferenceChosen, pair.Chosen, options)),
                PreferenceLoss.Reward(options, Policy(rejected, options), Reference(pair.ReferenceRejected, pair.Rejected, options)))
            : (objective.OddsBeta * chosen.Average(), objective.OddsBeta * rejected.Average());
        figures.Add("rewards/chosen", rewardOfChosen);
        figures.Add("rewards/rejected", rewardOfRejected);
        figures.Add("rewards/accuracies", rewardOfChosen > rewardOfRejected ? 1 : 0);
        figures.Add("rewards/margins", rewardOfChosen - rewardOfRejected);
        figures.Add("logps/chosen", chosen.Sum());
        figures.Add("logps/rejected", rejected.Sum());
    }

    private static double Policy(double[] tokens, PreferenceLossOptions options) => options.UsesMeans ? tokens.Average() : tokens.Sum();

    private static double Reference(double sum, EncodedAnswer answer, PreferenceLossOptions options) =>
        !options.NeedsReference ? 0 : options.UsesMeans ? sum / answer.Answer.Length : sum;

    private static double[] Filled(int count, double value)
    {
        var values = new double[count];
        Array.Fill(values, value);
        return values;
    }

    /// <summary>Losses of pairs and their derivatives.</summary>
    private sealed record PairDerivatives(double[] Losses, double[] Chosen, double[] Rejected)
    {
        public PairDerivatives Slice(int first, int count) =>
            new(Losses.AsSpan(first, count).ToArray(), Chosen.AsSpan(first, count).ToArray(), Rejected.AsSpan(first, count).ToArray());
    }
}

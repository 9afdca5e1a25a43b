using Gyre.Contracts;
using Gyre.Training.Alignment.Losses;
using Gyre.Training.Loop;
using Gyre.Training.Packing;

namespace Gyre.Training.Alignment.Tasks;

/// <summary>Preference optimisation over pairs: DPO and its kin, and ORPO.</summary>
internal sealed class PreferenceTask : ITrainingTask
{
    private readonly SequenceScorer _scorer;
    private readonly IReadOnlyList<PairExample> _train;
    private readonly IReadOnlyList<PairExample> _heldOut;
    private readonly PairObjective _objective;
    private readonly ExampleOrder _order;
    private readonly int _rows;
    private readonly int _accumulation;

    /// <param name="scorer">The model.</param>
    /// <param name="train">Pairs to learn from.</param>
    /// <param name="heldOut">Pairs to measure; none for no validation.</param>
    /// <param name="objective">What is learned.</param>
    /// <param name="rows">Pairs a pass.</param>
    /// <param name="accumulation">Passes a step.</param>
    /// <param name="random">The order of the pairs.</param>
    public PreferenceTask(
        SequenceScorer scorer, IReadOnlyList<PairExample> train, IReadOnlyList<PairExample> heldOut, PairObjective objective, int rows, int accumulation, SeededRandom random)
    {
        (_scorer, _train, _heldOut, _objective, _rows, _accumulation) = (scorer, train, heldOut, objective, rows, accumulation);
        _order = new ExampleOrder(train.Count, random);
        Parameters = TrainedArrays.Of(scorer.Model.Parameters);
    }

    public IReadOnlyList<GradientParameter> Parameters { get; }

    public BatchPosition Position
    {
        get => _order.Position;
        set => _order.Position = value;
    }

    public void ZeroGradients() => TrainedArrays.Zero(_scorer.Model.Parameters);

    public StepMeasure Accumulate(int step)
    {
        PairExample[] pairs = [.. _order.Take(_rows * _accumulation).Select(i => _train[i])];
        var figures = new Figures();

        // A loss that sorts over the whole step needs all scores before the first gradient.
        var ahead = _objective.Preference is { CouplesPairs: true } ? Derivatives(pairs, Score(pairs)) : null;
        double tokens = pairs.Sum(pair => pair.Chosen.Answer.Length);
        var loss = 0.0;
        foreach (var part in Enumerable.Range(0, _accumulation))
        {
            var mine = pairs.AsSpan(part * _rows, _rows).ToArray();
            var answers = Both(mine);
            var scores = _scorer.Record(answers);
            var (partLoss, gradients) = Outcome(mine, scores, ahead?.Slice(part * _rows, _rows) ?? Derivatives(mine, scores), pairs.Length, tokens, figures);
            loss += partLoss;
            if (!double.IsFinite(loss))
            {
                _scorer.Forget();
                break;
            }

            _scorer.Backward(answers, gradients);
        }

        return new StepMeasure(loss, pairs.Sum(pair => pair.Chosen.Length + pair.Rejected.Length), figures.Means());
    }

    public ValidationMeasure? Measure()
    {
        if (_heldOut.Count == 0)
        {
            return null;
        }

        var figures = new Figures();
        PairExample[] pairs = [.. _heldOut];
        var scores = Score(pairs);
        double tokens = pairs.Sum(pair => pair.Chosen.Answer.Length);
        var (loss, _) = Outcome(pairs, scores, Derivatives(pairs, scores), pairs.Length, tokens, figures);
        return new ValidationMeasure(loss, figures.Means());
    }

    private static Pairs.EncodedAnswer[] Both(PairExample[] pairs) => [.. pairs.SelectMany(pair => new[] { pair.Chosen, pair.Rejected })];

    private double[][] Score(PairExample[] pairs) => _scorer.Score(Both(pairs), 2 * _rows);

    /// <summary>The preference losses of pairs and their derivatives with respect to the answers' scores.</summary>
    private PairDerivatives Derivatives(PairExample[] pairs, double[][] scores)
    {
        if (_objective.Preference is not { } options)
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
            var (means, reference) = (_objective.Preference?.UsesMeans ?? false, _objective.Preference);
            var toChosen = derivatives.Chosen[i] / count / (means ? chosen.Length : 1);
            var toRejected = derivatives.Rejected[i] / count / (means ? rejected.Length : 1);
            loss += derivatives.Losses[i] / count;
            if (_objective.OddsBeta > 0)
            {
                var odds = OddsRatioLoss.Compute(_objective.OddsBeta, sumOfChosen / chosen.Length, sumOfRejected / rejected.Length);
                loss += odds.Loss / count;
                toChosen += odds.Chosen / count / chosen.Length;
                toRejected += odds.Rejected / count / rejected.Length;
                figures.Add("log_odds_chosen", odds.LogOdds);
            }

            if (_objective.LikelihoodWeight > 0)
            {
                loss -= _objective.LikelihoodWeight * sumOfChosen / tokens;
                toChosen -= _objective.LikelihoodWeight / tokens;
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
            : (_objective.OddsBeta * chosen.Average(), _objective.OddsBeta * rejected.Average());
        figures.Add("rewards/chosen", rewardOfChosen);
        figures.Add("rewards/rejected", rewardOfRejected);
        figures.Add("rewards/accuracies", rewardOfChosen > rewardOfRejected ? 1 : 0);
        figures.Add("rewards/margins", rewardOfChosen - rewardOfRejected);
        figures.Add("logps/chosen", chosen.Sum());
        figures.Add("logps/rejected", rejected.Sum());
    }

    private static double Policy(double[] tokens, PreferenceLossOptions options) => options.UsesMeans ? tokens.Average() : tokens.Sum();

    private static double Reference(double sum, Pairs.EncodedAnswer answer, PreferenceLossOptions options) =>
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

using Gyre.Contracts;
using Gyre.Tensors;
using Gyre.Training.Alignment.Losses;
using Gyre.Training.Loop;
using Gyre.Training.Packing;

namespace Gyre.Training.Alignment.Tasks;

/// <summary>Learns a reward: a head on the model's last token that is to be higher for chosen answers.</summary>
internal sealed class RewardTask : ITrainingTask
{
    /// <summary>The head's name in checkpoints and in its file.</summary>
    public const string HeadName = "score.weight";

    private readonly SequenceScorer _scorer;
    private readonly Tensor _head;
    private readonly IReadOnlyList<PairExample> _train;
    private readonly IReadOnlyList<PairExample> _heldOut;
    private readonly double _centring;
    private readonly ExampleOrder _order;
    private readonly int _rows;
    private readonly int _accumulation;

    /// <param name="scorer">The model.</param>
    /// <param name="head">[1, C]; trained too.</param>
    /// <param name="train">Pairs to learn from.</param>
    /// <param name="heldOut">Pairs to measure; none for no validation.</param>
    /// <param name="centring">The weight of the squared sum of a pair's rewards.</param>
    /// <param name="rows">Pairs a pass.</param>
    /// <param name="accumulation">Passes a step.</param>
    /// <param name="random">The order of the pairs.</param>
    public RewardTask(
        SequenceScorer scorer, Tensor head, IReadOnlyList<PairExample> train, IReadOnlyList<PairExample> heldOut, double centring, int rows, int accumulation, SeededRandom random)
    {
        (_scorer, _head, _train, _heldOut, _centring, _rows, _accumulation) = (scorer, head, train, heldOut, centring, rows, accumulation);
        head.RequiresGradient = true;
        _order = new ExampleOrder(train.Count, random);
        Parameters = TrainedArrays.Of(scorer.Model.Parameters, (HeadName, head));
    }

    public IReadOnlyList<GradientParameter> Parameters { get; }

    public BatchPosition Position
    {
        get => _order.Position;
        set => _order.Position = value;
    }

    public void ZeroGradients() => TrainedArrays.Zero(_scorer.Model.Parameters, _head);

    public StepMeasure Accumulate(int step)
    {
        PairExample[] pairs = [.. _order.Take(_rows * _accumulation).Select(i => _train[i])];
        var figures = new Figures();
        var loss = 0.0;
        foreach (var part in Enumerable.Range(0, _accumulation))
        {
            var mine = pairs.AsSpan(part * _rows, _rows).ToArray();
            var (partLoss, gradients) = Outcome(mine, _scorer.Rewards(Both(mine), _head, isRecorded: true), pairs.Length, figures);
            loss += partLoss;
            if (!double.IsFinite(loss))
            {
                _scorer.Forget();
                break;
            }

            _scorer.BackwardRewards(gradients);
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
        var loss = 0.0;
        foreach (var part in _heldOut.Chunk(_rows))
        {
            loss += Outcome(part, _scorer.Rewards(Both(part), _head, isRecorded: false), _heldOut.Count, figures).Loss;
        }

        return new ValidationMeasure(loss, figures.Means());
    }

    private static Pairs.EncodedAnswer[] Both(PairExample[] pairs) => [.. pairs.SelectMany(pair => new[] { pair.Chosen, pair.Rejected })];

    private (double Loss, double[] Gradients) Outcome(PairExample[] pairs, double[] rewards, int count, Figures figures)
    {
        var loss = 0.0;
        var gradients = new double[rewards.Length];
        for (var i = 0; i < pairs.Length; i++)
        {
            var (chosen, rejected) = (rewards[2 * i], rewards[(2 * i) + 1]);
            var (value, toChosen, toRejected) = RewardLoss.Compute(chosen, rejected, pairs[i].Margin, _centring);
            loss += value / count;
            (gradients[2 * i], gradients[(2 * i) + 1]) = (toChosen / count, toRejected / count);
            figures.Add("rewards/chosen", chosen);
            figures.Add("rewards/rejected", rejected);
            figures.Add("rewards/accuracies", chosen > rejected ? 1 : 0);
            figures.Add("rewards/margins", chosen - rejected);
        }

        return (loss, gradients);
    }
}

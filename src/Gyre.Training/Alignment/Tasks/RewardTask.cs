using Gyre.Contracts;
using Gyre.Tensors;
using Gyre.Training.Alignment.Losses;
using Gyre.Training.Alignment.Pairs;

namespace Gyre.Training.Alignment.Tasks;

/// <summary>Learns a reward: a head on the model's last token that is to be higher for chosen answers.</summary>
/// <param name="scorer">The model.</param>
/// <param name="head">[1, C]; trained too.</param>
/// <param name="train">Pairs to learn from.</param>
/// <param name="heldOut">Pairs to measure; none for no validation.</param>
/// <param name="centring">The weight of the squared sum of a pair's rewards.</param>
/// <param name="rows">Pairs a pass.</param>
/// <param name="accumulation">Passes a step.</param>
/// <param name="random">The order of the pairs.</param>
internal sealed class RewardTask(
    SequenceScorer scorer, Tensor head, IReadOnlyList<PairExample> train, IReadOnlyList<PairExample> heldOut, double centring, int rows, int accumulation, SeededRandom random)
    : ExampleTask<PairExample>(scorer, train, heldOut, rows, accumulation, random, (HeadName, head))
{
    /// <summary>The head's name in checkpoints and in its file.</summary>
    public const string HeadName = "score.weight";

    protected override EncodedAnswer[] AnswersOf(PairExample example) => [example.Chosen, example.Rejected];

    protected override double[][] Record(EncodedAnswer[] answers) => Rewards(answers, isRecorded: true);

    protected override void Backward(EncodedAnswer[] answers, double[][] gradients) => Scorer.BackwardRewards([.. gradients.Select(gradient => gradient[0])]);

    protected override double[][] Score(EncodedAnswer[] answers, int together) => [.. answers.Chunk(together).SelectMany(part => Rewards(part, isRecorded: false))];

    protected override PartLoss Begin(PairExample[] examples, Figures figures) => (_, part, rewards) => Outcome(part, rewards, examples.Length, figures);

    /// <summary>One number an answer.</summary>
    private double[][] Rewards(EncodedAnswer[] answers, bool isRecorded) => [.. Scorer.Rewards(answers, head, isRecorded).Select(reward => new[] { reward })];

    private (double Loss, double[][] Gradients) Outcome(PairExample[] pairs, double[][] rewards, int count, Figures figures)
    {
        var loss = 0.0;
        var gradients = new double[rewards.Length][];
        for (var i = 0; i < pairs.Length; i++)
        {
            var (chosen, rejected) = (rewards[2 * i][0], rewards[(2 * i) + 1][0]);
            var (value, toChosen, toRejected) = RewardLoss.Compute(chosen, rejected, pairs[i].Margin, centring);
            loss += value / count;
            (gradients[2 * i], gradients[(2 * i) + 1]) = ([toChosen / count], [toRejected / count]);
            figures.Add("rewards/chosen", chosen);
            figures.Add("rewards/rejected", rejected);
            figures.Add("rewards/accuracies", chosen > rejected ? 1 : 0);
            figures.Add("rewards/margins", chosen - rejected);
        }

        return (loss, gradients);
    }
}

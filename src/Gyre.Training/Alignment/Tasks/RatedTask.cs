using Gyre.Contracts;
using Gyre.Training.Alignment.Losses;
using Gyre.Training.Alignment.Pairs;

namespace Gyre.Training.Alignment.Tasks;

/// <summary>Optimisation over single rated answers: KTO.</summary>
/// <param name="scorer">The model.</param>
/// <param name="train">Answers to learn from.</param>
/// <param name="heldOut">Answers to measure; none for no validation.</param>
/// <param name="options">Weights and β.</param>
/// <param name="rows">Answers a pass.</param>
/// <param name="accumulation">Passes a step.</param>
/// <param name="random">The order of the answers.</param>
internal sealed class RatedTask(
    SequenceScorer scorer, IReadOnlyList<RatedExample> train, IReadOnlyList<RatedExample> heldOut, UnpairedLossOptions options, int rows, int accumulation, SeededRandom random)
    : ExampleTask<RatedExample>(scorer, train, heldOut, rows, accumulation, random)
{
    private readonly int _rows = rows;

    protected override EncodedAnswer[] AnswersOf(RatedExample example) => [example.Answer];

    protected override PartLoss Begin(RatedExample[] examples, Figures figures)
    {
        var point = ReferencePoint(examples);
        figures.Add("kl", point);
        return (_, part, scores) => Outcome(part, scores, point, examples.Length, figures);
    }

    /// <summary>The step's divergence, estimated on answers that belong to other prompts; computed before anything is recorded, so that it is the same for any number of passes.</summary>
    private double ReferencePoint(RatedExample[] examples)
    {
        if (!options.UsesReferencePoint)
        {
            return 0;
        }

        RatedExample[] usable = [.. examples.Where(example => example.Mismatched is not null)];
        var scores = Scorer.Score([.. usable.Select(example => example.Mismatched!)], _rows); // Filtered in the line before.
        return UnpairedLoss.ReferencePoint([.. usable.Select((example, i) => scores[i].Sum() - example.ReferenceMismatched)]);
    }

    private (double Loss, double[][] Gradients) Outcome(RatedExample[] examples, double[][] scores, double point, int count, Figures figures)
    {
        var loss = 0.0;
        var gradients = new double[examples.Length][];
        for (var i = 0; i < examples.Length; i++)
        {
            var gain = scores[i].Sum() - examples[i].Reference;
            var (value, gradient) = UnpairedLoss.Compute(options, gain, examples[i].IsDesirable, point);
            loss += value / count;
            gradients[i] = new double[scores[i].Length];
            Array.Fill(gradients[i], gradient / count);
            var which = examples[i].IsDesirable ? "chosen" : "rejected";
            figures.Add("rewards/" + which, options.Beta * gain);
            figures.Add("logps/" + which, scores[i].Sum());
        }

        return (loss, gradients);
    }
}

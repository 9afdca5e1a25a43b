using Gyre.Contracts;
using Gyre.Training.Alignment.Losses;
using Gyre.Training.Loop;
using Gyre.Training.Packing;

namespace Gyre.Training.Alignment.Tasks;

/// <summary>Optimisation over single rated answers: KTO.</summary>
internal sealed class RatedTask : ITrainingTask
{
    private readonly SequenceScorer _scorer;
    private readonly IReadOnlyList<RatedExample> _train;
    private readonly IReadOnlyList<RatedExample> _heldOut;
    private readonly UnpairedLossOptions _options;
    private readonly ExampleOrder _order;
    private readonly int _rows;
    private readonly int _accumulation;

    /// <param name="scorer">The model.</param>
    /// <param name="train">Answers to learn from.</param>
    /// <param name="heldOut">Answers to measure; none for no validation.</param>
    /// <param name="options">Weights and β.</param>
    /// <param name="rows">Answers a pass.</param>
    /// <param name="accumulation">Passes a step.</param>
    /// <param name="random">The order of the answers.</param>
    public RatedTask(
        SequenceScorer scorer, IReadOnlyList<RatedExample> train, IReadOnlyList<RatedExample> heldOut, UnpairedLossOptions options, int rows, int accumulation, SeededRandom random)
    {
        (_scorer, _train, _heldOut, _options, _rows, _accumulation) = (scorer, train, heldOut, options, rows, accumulation);
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
        RatedExample[] examples = [.. _order.Take(_rows * _accumulation).Select(i => _train[i])];
        var figures = new Figures();
        var point = ReferencePoint(examples);
        var loss = 0.0;
        foreach (var part in Enumerable.Range(0, _accumulation))
        {
            var mine = examples.AsSpan(part * _rows, _rows).ToArray();
            Pairs.EncodedAnswer[] answers = [.. mine.Select(example => example.Answer)];
            var (partLoss, gradients) = Outcome(mine, _scorer.Record(answers), point, examples.Length, figures);
            loss += partLoss;
            if (!double.IsFinite(loss))
            {
                _scorer.Forget();
                break;
            }

            _scorer.Backward(answers, gradients);
        }

        figures.Add("kl", point);
        return new StepMeasure(loss, examples.Sum(example => example.Answer.Length), figures.Means());
    }

    public ValidationMeasure? Measure()
    {
        if (_heldOut.Count == 0)
        {
            return null;
        }

        RatedExample[] examples = [.. _heldOut];
        var figures = new Figures();
        var scores = _scorer.Score([.. examples.Select(example => example.Answer)], _rows);
        var (loss, _) = Outcome(examples, scores, ReferencePoint(examples), examples.Length, figures);
        return new ValidationMeasure(loss, figures.Means());
    }

    /// <summary>The step's divergence, estimated on answers that belong to other prompts; computed before anything is recorded, so that it is the same for any number of passes.</summary>
    private double ReferencePoint(RatedExample[] examples)
    {
        if (!_options.UsesReferencePoint)
        {
            return 0;
        }

        RatedExample[] usable = [.. examples.Where(example => example.Mismatched is not null)];
        var scores = _scorer.Score([.. usable.Select(example => example.Mismatched!)], _rows); // Filtered in the line before.
        return UnpairedLoss.ReferencePoint([.. usable.Select((example, i) => scores[i].Sum() - example.ReferenceMismatched)]);
    }

    private (double Loss, double[][] Gradients) Outcome(RatedExample[] examples, double[][] scores, double point, int count, Figures figures)
    {
        var loss = 0.0;
        var gradients = new double[examples.Length][];
        for (var i = 0; i < examples.Length; i++)
        {
            var gain = scores[i].Sum() - examples[i].Reference;
            var (value, gradient) = UnpairedLoss.Compute(_options, gain, examples[i].IsDesirable, point);
            loss += value / count;
            gradients[i] = new double[scores[i].Length];
            Array.Fill(gradients[i], gradient / count);
            var which = examples[i].IsDesirable ? "chosen" : "rejected";
            figures.Add("rewards/" + which, _options.Beta * gain);
            figures.Add("logps/" + which, scores[i].Sum());
        }

        return (loss, gradients);
    }
}

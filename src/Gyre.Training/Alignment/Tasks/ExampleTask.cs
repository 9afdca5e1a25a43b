using Gyre.Contracts;
using Gyre.Tensors;
using Gyre.Training.Alignment.Pairs;
using Gyre.Training.Loop;
using Gyre.Training.Packing;

namespace Gyre.Training.Alignment.Tasks;

/// <summary>Learning from given examples: the frame of a step, its passes, and the measuring of held-out ones.</summary>
/// <remarks>A step's loss is the same however many passes it is split into.</remarks>
/// <typeparam name="TExample">A pair, or a rated answer.</typeparam>
internal abstract class ExampleTask<TExample> : ITrainingTask
{
    private readonly IReadOnlyList<TExample> _train;
    private readonly IReadOnlyList<TExample> _heldOut;
    private readonly ExampleOrder _order;
    private readonly int _rows;
    private readonly int _accumulation;
    private readonly (string Name, Tensor Value)[] _heads;

    /// <param name="scorer">The model.</param>
    /// <param name="train">Examples to learn from.</param>
    /// <param name="heldOut">Examples to measure; none for no validation.</param>
    /// <param name="rows">Examples a pass.</param>
    /// <param name="accumulation">Passes a step.</param>
    /// <param name="random">The order of the examples.</param>
    /// <param name="heads">What is trained beside the model.</param>
    protected ExampleTask(
        SequenceScorer scorer, IReadOnlyList<TExample> train, IReadOnlyList<TExample> heldOut, int rows, int accumulation, SeededRandom random, params (string Name, Tensor Value)[] heads)
    {
        (Scorer, _train, _heldOut, _rows, _accumulation, _heads) = (scorer, train, heldOut, rows, accumulation, heads);
        _order = new ExampleOrder(train.Count, random);
        foreach (var (_, head) in heads)
        {
            head.RequiresGradient = true;
        }

        Parameters = TrainedArrays.Of(scorer.Model.Parameters, heads);
    }

    /// <summary>The loss of a part of a step's examples and its derivatives with respect to their scores.</summary>
    /// <param name="first">Where the part begins in the step.</param>
    /// <param name="part">The part.</param>
    /// <param name="scores">What <see cref="Record"/> gave for its answers.</param>
    protected delegate (double Loss, double[][] Gradients) PartLoss(int first, TExample[] part, double[][] scores);

    public IReadOnlyList<GradientParameter> Parameters { get; }

    public BatchPosition Position
    {
        get => _order.Position;
        set => _order.Position = value;
    }

    /// <summary>The model.</summary>
    protected SequenceScorer Scorer { get; }

    public void ZeroGradients() => TrainedArrays.Zero(Scorer.Model.Parameters, [.. _heads.Select(head => head.Value)]);

    public StepMeasure Accumulate(int step)
    {
        TExample[] examples = [.. _order.Take(_rows * _accumulation).Select(i => _train[i])];
        var figures = new Figures();
        var lossOf = Begin(examples, figures);
        var loss = 0.0;
        for (var first = 0; first < examples.Length; first += _rows)
        {
            var part = examples.AsSpan(first, _rows).ToArray();
            var answers = AnswersOf(part);
            var (partLoss, gradients) = lossOf(first, part, Record(answers));
            loss += partLoss;
            if (!double.IsFinite(loss))
            {
                Scorer.Forget();
                break;
            }

            Backward(answers, gradients);
        }

        return new StepMeasure(loss, AnswersOf(examples).Sum(answer => answer.Length), figures.Means());
    }

    public ValidationMeasure? Measure()
    {
        if (_heldOut.Count == 0)
        {
            return null;
        }

        var figures = new Figures();
        TExample[] examples = [.. _heldOut];
        var (loss, _) = Begin(examples, figures)(0, examples, Score(examples));
        return new ValidationMeasure(loss, figures.Means());
    }

    /// <summary>The answers of an example, always as many.</summary>
    protected abstract EncodedAnswer[] AnswersOf(TExample example);

    /// <summary>Works out what a loss reads from all examples of a step, before the first gradient.</summary>
    /// <param name="examples">All of them.</param>
    /// <param name="figures">Receives the step's figures, now and from the loss.</param>
    /// <returns>The loss of each part.</returns>
    protected abstract PartLoss Begin(TExample[] examples, Figures figures);

    /// <summary>The recorded scores of answers: by default ln p of every token.</summary>
    protected virtual double[][] Record(EncodedAnswer[] answers) => Scorer.Record(answers);

    /// <summary>The way back from derivatives with respect to what <see cref="Record"/> gave.</summary>
    protected virtual void Backward(EncodedAnswer[] answers, double[][] gradients) => Scorer.Backward(answers, gradients);

    /// <summary>The scores of answers without a record.</summary>
    /// <param name="answers">The answers.</param>
    /// <param name="together">Answers of a pass.</param>
    protected virtual double[][] Score(EncodedAnswer[] answers, int together) => Scorer.Score(answers, together);

    /// <summary>The scores of all answers of examples without a record.</summary>
    protected double[][] Score(TExample[] examples)
    {
        var answers = AnswersOf(examples);
        return Score(answers, _rows * answers.Length / examples.Length);
    }

    private EncodedAnswer[] AnswersOf(TExample[] examples) => [.. examples.SelectMany(AnswersOf)];
}

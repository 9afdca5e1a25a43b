using Gyre.Contracts;
using Gyre.Training.Alignment.Pairs;
using Gyre.Training.Checkpoints;
using Gyre.Training.Loop;
using Gyre.Training.Packing;

namespace Gyre.Training.Alignment.Tasks;

/// <summary>Any task with the likelihood of plain examples added to its loss, so that the model keeps what it could before.</summary>
/// <remarks>
/// Which examples a step reads is a function of its number. Owns: nothing.
/// <para>Source: Ouyang et al. 2022, section 3.5 (a share of the earlier training mixed into the loss).</para>
/// </remarks>
/// <param name="inner">The task.</param>
/// <param name="scorer">Its model.</param>
/// <param name="examples">The plain examples; not empty.</param>
/// <param name="weight">The weight of their mean negative log-probability a token.</param>
/// <param name="rows">Examples a step.</param>
/// <param name="together">Examples a pass.</param>
/// <param name="random">The order of the examples.</param>
internal sealed class ReplayTask(ITrainingTask inner, SequenceScorer scorer, IReadOnlyList<EncodedAnswer> examples, double weight, int rows, int together, SeededRandom random) : ITrainingTask
{
    private readonly ExampleOrder _order = new(examples.Count, random);

    public IReadOnlyList<GradientParameter> Parameters => inner.Parameters;

    public IReadOnlyList<StoredTensor> State => inner.State;

    public BatchPosition Position
    {
        get => inner.Position;
        set => inner.Position = value;
    }

    public void ZeroGradients() => inner.ZeroGradients();

    public StepMeasure Accumulate(int step)
    {
        var measure = inner.Accumulate(step);
        if (!double.IsFinite(measure.Loss))
        {
            return measure;
        }

        var (epoch, row) = Math.DivRem((long)(step - 1) * rows, examples.Count);
        _order.Position = new BatchPosition((int)epoch, (int)row);
        EncodedAnswer[] mine = [.. _order.Take(rows).Select(i => examples[i])];
        double tokens = mine.Sum(example => example.Answer.Length);
        var loss = 0.0;
        foreach (var part in mine.Chunk(together))
        {
            var scores = scorer.Record(part);
            loss -= scores.Sum(score => score.Sum()) / tokens;
            if (!double.IsFinite(loss))
            {
                scorer.Forget();
                break;
            }

            scorer.Backward(part, [.. scores.Select(score => Enumerable.Repeat(-weight / tokens, score.Length).ToArray())]);
        }

        var figures = new SortedDictionary<string, double>(StringComparer.Ordinal) { ["loss/replay"] = loss };
        foreach (var (name, figure) in measure.Figures ?? new Dictionary<string, double>())
        {
            figures[name] = figure;
        }

        return measure with { Loss = measure.Loss + (weight * loss), Tokens = measure.Tokens + mine.Sum(example => example.Length), Figures = figures };
    }

    public void AfterStep(int step) => inner.AfterStep(step);

    public ValidationMeasure? Measure() => inner.Measure();
}

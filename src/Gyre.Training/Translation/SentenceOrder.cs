using Gyre.Contracts;
using Gyre.Training.Packing;

namespace Gyre.Training.Translation;

/// <summary>Which pairs each step reads: every pass shuffles them, sorts stretches of some steps by length so that pairs of a step are of like length, and shuffles the steps.</summary>
/// <remarks>Equal seeds give equal orders, so a position is two numbers: the pass and the step in it.</remarks>
internal sealed class SentenceOrder
{
    private const int StepsSortedTogether = 16;
    private readonly IReadOnlyList<EncodedSentence> _pairs;
    private readonly int _pairsOfStep;
    private readonly SeededRandom _random;
    private int _plannedEpoch = -1;
    private int[][] _steps = [];

    /// <param name="pairs">All pairs.</param>
    /// <param name="pairsOfStep">Pairs a step; the last step of a pass may have fewer.</param>
    /// <param name="random">Seeds the passes; never drawn from.</param>
    public SentenceOrder(IReadOnlyList<EncodedSentence> pairs, int pairsOfStep, SeededRandom random)
    {
        (_pairs, _pairsOfStep, _random) = (pairs, pairsOfStep, random);
    }

    /// <summary>The next step's place.</summary>
    public BatchPosition Position { get; set; }

    /// <summary>The pairs of the next step; moves on.</summary>
    public IReadOnlyList<EncodedSentence> Next()
    {
        Plan(Position.Epoch);
        if (Position.Row >= _steps.Length)
        {
            Position = new BatchPosition(Position.Epoch + 1, 0);
            Plan(Position.Epoch);
        }

        var step = _steps[Position.Row];
        Position = Position with { Row = Position.Row + 1 };
        return [.. step.Select(index => _pairs[index])];
    }

    private void Plan(int epoch)
    {
        if (_plannedEpoch == epoch)
        {
            return;
        }

        var random = _random.Fork($"epoch {epoch}");
        var order = Enumerable.Range(0, _pairs.Count).ToArray();
        random.Shuffle(order.AsSpan());
        var stretch = StepsSortedTogether * _pairsOfStep;
        _steps = [.. order.Chunk(stretch)
            .SelectMany(part => part.OrderBy(index => _pairs[index].Target.Length).ThenBy(index => _pairs[index].Source.Length).ThenBy(index => index).Chunk(_pairsOfStep))];
        random.Shuffle(_steps.AsSpan());
        _plannedEpoch = epoch;
    }
}

using Gyre.Contracts;

namespace Gyre.Training.Packing;

/// <summary>Which examples each step reads: every pass shuffles them, sorts stretches of some steps by length so that those of a step are of like length, and shuffles the steps.</summary>
/// <remarks>Equal seeds give equal orders, so a position is two numbers: the pass and the step in it.</remarks>
internal sealed class StepOrder
{
    private const int StepsSortedTogether = 16;
    private readonly IReadOnlyList<int> _lengths;
    private readonly int _examplesOfStep;
    private readonly SeededRandom _random;
    private int _plannedEpoch = -1;
    private int[][] _steps = [];

    /// <param name="lengths">The length of each example.</param>
    /// <param name="examplesOfStep">Examples a step; the last step of a pass may have fewer.</param>
    /// <param name="random">Seeds the passes; never drawn from.</param>
    public StepOrder(IReadOnlyList<int> lengths, int examplesOfStep, SeededRandom random)
    {
        (_lengths, _examplesOfStep, _random) = (lengths, examplesOfStep, random);
    }

    /// <summary>The next step's place.</summary>
    public BatchPosition Position { get; set; }

    /// <summary>The examples of the next step, by index; moves on.</summary>
    public int[] Next()
    {
        Plan(Position.Epoch);
        if (Position.Row >= _steps.Length)
        {
            Position = new BatchPosition(Position.Epoch + 1, 0);
            Plan(Position.Epoch);
        }

        var step = _steps[Position.Row];
        Position = Position with { Row = Position.Row + 1 };
        return step;
    }

    private void Plan(int epoch)
    {
        if (_plannedEpoch == epoch)
        {
            return;
        }

        var random = _random.Fork($"epoch {epoch}");
        var order = Enumerable.Range(0, _lengths.Count).ToArray();
        random.Shuffle(order.AsSpan());
        _steps = [.. order.Chunk(StepsSortedTogether * _examplesOfStep)
            .SelectMany(part => part.OrderBy(index => _lengths[index]).ThenBy(index => index).Chunk(_examplesOfStep))];
        random.Shuffle(_steps.AsSpan());
        _plannedEpoch = epoch;
    }
}

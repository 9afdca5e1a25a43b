using Gyre.Contracts;
using Gyre.Training.Packing;

namespace Gyre.Training.Alignment.Tasks;

/// <summary>Which examples each step reads: every pass over them in an order of its own, a function of the seed.</summary>
/// <param name="count">Examples.</param>
/// <param name="random">The source of the orders.</param>
internal sealed class ExampleOrder(int count, SeededRandom random)
{
    private int[] _order = [];
    private int _epoch = -1;

    /// <summary>The pass and the place in it that the next example is read from.</summary>
    public BatchPosition Position { get; set; }

    /// <summary>The next examples' numbers; moves on.</summary>
    public int[] Take(int wanted)
    {
        var taken = new int[wanted];
        for (var i = 0; i < wanted; i++)
        {
            if (Position.Row >= count)
            {
                Position = new BatchPosition(Position.Epoch + 1, 0);
            }

            if (_epoch != Position.Epoch)
            {
                _epoch = Position.Epoch;
                _order = [.. Enumerable.Range(0, count)];
                random.Fork($"order/{_epoch}").Shuffle<int>(_order);
            }

            taken[i] = _order[Position.Row];
            Position = Position with { Row = Position.Row + 1 };
        }

        return taken;
    }
}

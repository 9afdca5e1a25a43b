namespace Gyre.Registry.Datasets;

/// <summary>Counts pairs of rows and keeps those that come first.</summary>
internal sealed class FirstRows(int most)
{
    private readonly PriorityQueue<(long? Before, long? After), long> _kept = new();

    public long Count { get; private set; }

    /// <summary>In the order of the rows.</summary>
    public IReadOnlyList<(long? Before, long? After)> Kept => [.. _kept.UnorderedItems.OrderByDescending(item => item.Priority).Select(item => item.Element)];

    public void Add(long? before, long? after)
    {
        Count++;
        var place = -(after ?? before ?? 0); // The queue gives up its least first: the last row.
        if (_kept.Count < most)
        {
            _kept.Enqueue((before, after), place);
        }
        else if (most > 0)
        {
            _kept.EnqueueDequeue((before, after), place);
        }
    }
}

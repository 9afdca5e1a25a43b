namespace Gyre.Evaluation.Reports.Examples;

/// <summary>Keeps the rows with the largest sizes; among equal sizes those with the largest mix.</summary>
internal sealed class TopRows(int most)
{
    private readonly PriorityQueue<(long Row, double Difference), (double Size, ulong Mix)> _rows = new();

    public void Add(long row, double size, ulong mix, double difference)
    {
        if (_rows.Count < most)
        {
            _rows.Enqueue((row, difference), (size, mix));
        }
        else if (most > 0)
        {
            _rows.EnqueueDequeue((row, difference), (size, mix));
        }
    }

    /// <summary>The rows, largest first.</summary>
    public IReadOnlyList<(long Row, double Difference)> Sorted() =>
        [.. _rows.UnorderedItems.OrderByDescending(item => item.Priority.Size).ThenByDescending(item => item.Priority.Mix).Select(item => item.Element)];
}

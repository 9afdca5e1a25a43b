namespace Gyre.Evaluation.Reports.Examples;

/// <summary>The numbers of the rows that a query matches, in its order; all rows take no memory.</summary>
internal sealed class RowNumbers
{
    private readonly List<(double Size, long Number)>? _found;

    private RowNumbers(List<(double Size, long Number)>? found, long count) => (_found, Count) = (found, count);

    public long Count { get; }

    public long this[long place] => _found is null ? place + 1 : _found[(int)place].Number;

    public static RowNumbers All(long count) => new(null, count);

    public static RowNumbers Of(List<(double Size, long Number)> found) => new(found, found.Count);
}

using Gyre.Contracts;

namespace Gyre.Training.Packing;

/// <summary>Which pieces lie in which row during one pass over a token file.</summary>
/// <remarks>
/// Documents are shuffled by the seed; each row begins with the piece that waited longest in a small waiting
/// room and is filled up with the longest ones there that still fit. A document longer than a row is cut into several pieces. Equal
/// arguments give equal plans, so a position in the data is two numbers: the pass and the row.
/// <para>Cost: 16 bytes a document.</para>
/// </remarks>
internal sealed class RowPlan
{
    private const int WaitingRoom = 64;

    private readonly Piece[] _pieces;
    private readonly int[] _rowStarts;

    private RowPlan(Piece[] pieces, int[] rowStarts)
    {
        _pieces = pieces;
        _rowStarts = rowStarts;
    }

    public int Rows => _rowStarts.Length - 1;

    /// <summary>Plans a pass.</summary>
    /// <param name="file">The documents.</param>
    /// <param name="length">Positions per row.</param>
    /// <param name="random">Shuffles the documents; null keeps file order.</param>
    public static RowPlan Create(TokenFile file, int length, SeededRandom? random)
    {
        var pieces = Cut(file, length);
        random?.Shuffle(pieces.AsSpan());
        var ordered = new Piece[pieces.Length];
        var starts = new List<int> { 0 };
        var waiting = new List<Piece>(WaitingRoom);
        var next = 0;
        var placed = 0;
        while (placed < pieces.Length)
        {
            var free = length;
            while (true)
            {
                while (waiting.Count < WaitingRoom && next < pieces.Length)
                {
                    waiting.Add(pieces[next++]);
                }

                var chosen = Choose(waiting, free, isFirst: free == length);
                if (chosen < 0)
                {
                    break;
                }

                ordered[placed++] = waiting[chosen];
                free -= waiting[chosen].Length;
                waiting.RemoveAt(chosen);
            }

            starts.Add(placed);
        }

        return new RowPlan(ordered, [.. starts]);
    }

    /// <summary>The pieces of a row, in order.</summary>
    public ReadOnlySpan<Piece> Row(int row) => _pieces.AsSpan(_rowStarts[row].._rowStarts[row + 1]);

    private static int Choose(List<Piece> waiting, int free, bool isFirst)
    {
        if (isFirst)
        {
            return waiting.Count > 0 ? 0 : -1;
        }

        var chosen = -1;
        for (var i = 0; i < waiting.Count; i++)
        {
            if (waiting[i].Length <= free && (chosen < 0 || waiting[i].Length > waiting[chosen].Length))
            {
                chosen = i;
            }
        }

        return chosen;
    }

    private static Piece[] Cut(TokenFile file, int length)
    {
        var pieces = new List<Piece>(file.Documents);
        for (var document = 0; document < file.Documents; document++)
        {
            var (start, tokens) = file.Document(document);
            for (var done = 0; done < tokens - 1; done += length)
            {
                pieces.Add(new Piece(start + done, Math.Min(length, tokens - 1 - done)));
            }
        }

        return [.. pieces];
    }
}

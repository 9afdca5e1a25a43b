using System.Diagnostics;

namespace Gyre.Evaluation.Metrics.Overlap;

/// <summary>Edit distances near the diagonal, of one sequence with its alignment and of others that differ from it in the middle.</summary>
/// <remarks>
/// A sequence that begins as the first one takes its rows up to the first difference; once the rest is equal too and a row is
/// the first one's plus a number, so is the distance. Both are exact.
/// </remarks>
internal sealed class BandedDistance
{
    private const int BandWidth = 25;
    private const int Unreached = 1 << 28;
    private const byte Keep = 0;
    private const byte Substitute = 1;
    private const byte Insert = 2;
    private const byte Delete = 3;
    private readonly IntBuffer _sequence = new();
    private readonly IntBuffer _reference = new();
    private readonly IntBuffer _low = new(); // Of each row, its first cell,
    private readonly IntBuffer _high = new(); // the one after its last,
    private readonly IntBuffer _row = new(); // and where its cells stand.
    private int[] _costs = new int[256];
    private byte[] _steps = new byte[256];
    private int[] _previous = new int[64];
    private int[] _current = new int[64];
    private int _distance;

    public int Capacity => _costs.Length + _steps.Length + _previous.Length + _current.Length + _reference.Capacity;

    /// <summary>Takes a sequence and its reference, which is not empty, and returns their distance.</summary>
    public int Set(ReadOnlySpan<int> sequence, ReadOnlySpan<int> reference)
    {
        sequence.CopyTo(_sequence.Resize(sequence.Length));
        reference.CopyTo(_reference.Resize(reference.Length));
        Lay(sequence.Length, reference.Length);
        for (var j = 0; j <= reference.Length; j++)
        {
            (_costs[j], _steps[j]) = (j, Insert);
        }

        for (var i = 1; i <= sequence.Length; i++)
        {
            Fill(i, sequence[i - 1], Row(_costs, i - 1), Row(_costs, i), _steps.AsSpan(_row[i]));
        }

        return _distance = Row(_costs, sequence.Length)[^1];
    }

    /// <summary>The distance of another sequence of the same length.</summary>
    public int Of(ReadOnlySpan<int> other)
    {
        var sequence = _sequence.Span;
        var first = other.CommonPrefixLength(sequence);
        if (first == other.Length)
        {
            return _distance;
        }

        var last = other.Length;
        while (other[last - 1] == sequence[last - 1])
        {
            last--;
        }

        var above = Row(_costs, first);
        for (var i = first + 1; i <= other.Length; i++)
        {
            var width = _high[i] - _low[i];
            if (_current.Length < width)
            {
                Array.Resize(ref _current, width);
            }

            var row = _current.AsSpan(0, width);
            Fill(i, other[i - 1], above, row, default);
            if (i >= last && TryMeet(row, Row(_costs, i), out var more))
            {
                return _distance + more;
            }

            (_previous, _current) = (_current, _previous);
            above = row;
        }

        return above[^1];
    }

    /// <summary>Reads out which word of the sequence each word of the reference belongs to, and how many errors stand before each position.</summary>
    public void Align(Span<int> alignment, Span<int> sequenceErrors, Span<int> referenceErrors)
    {
        var (i, j) = (_sequence.Length, _reference.Length);
        while (i > 0 || j > 0)
        {
            var step = _steps[_row[i] + j - _low[i]];
            switch (step)
            {
                case Insert:
                    alignment[j - 1] = i - 1;
                    referenceErrors[j--] = 1;
                    break;
                case Delete:
                    sequenceErrors[i--] = 1;
                    break;
                default:
                    alignment[j - 1] = i - 1;
                    (sequenceErrors[i--], referenceErrors[j--]) = (step, step);
                    break;
            }
        }

        Sum(sequenceErrors);
        Sum(referenceErrors);
    }

    private static void Sum(Span<int> errors)
    {
        errors[0] = 0;
        for (var i = 1; i < errors.Length; i++)
        {
            errors[i] += errors[i - 1];
        }
    }

    // Row 0 is whole; the others lie round the diagonal of the two lengths, wide enough to overlap, and the last reaches the end.
    private void Lay(int length, int reference)
    {
        var low = _low.Resize(length + 1);
        var high = _high.Resize(length + 1);
        var rows = _row.Resize(length + 1);
        (low[0], high[0], rows[0]) = (0, reference + 1, 0);
        var ratio = length == 0 ? 1 : (double)reference / length;
        var width = BandWidth < ratio / 2 ? (int)Math.Ceiling((ratio / 2) + BandWidth) : BandWidth;
        var cells = reference + 1;
        for (var i = 1; i <= length; i++)
        {
            var diagonal = (int)Math.Floor(i * ratio);
            low[i] = Math.Max(0, diagonal - width);
            high[i] = i == length ? reference + 1 : Math.Min(reference + 1, diagonal + width);
            rows[i] = cells;
            cells += high[i] - low[i];
        }

        if (_costs.Length < cells)
        {
            (_costs, _steps) = (new int[cells], new byte[cells]);
        }
    }

    private Span<int> Row(int[] costs, int i) => costs.AsSpan(_row[i], _high[i] - _low[i]);

    // Of equal costs the first of substitution, deletion and insertion stands.
    private void Fill(int i, int word, ReadOnlySpan<int> above, Span<int> row, Span<byte> steps)
    {
        var (low, shift) = (_low[i], _low[i] - _low[i - 1]);
        var reference = _reference.Span;
        var left = Unreached;
        for (var k = 0; k < row.Length; k++)
        {
            var j = low + k;
            var up = (uint)(k + shift) < (uint)above.Length ? above[k + shift] : Unreached;
            var (cost, step) = (Unreached, Keep);
            if (j == 0)
            {
                (cost, step) = (up + 1, Delete);
            }
            else
            {
                var diagonal = (uint)(k + shift - 1) < (uint)above.Length ? above[k + shift - 1] : Unreached;
                var differs = word == reference[j - 1] ? Keep : Substitute;
                (cost, step) = diagonal + differs < cost ? (diagonal + differs, differs) : (cost, step);
                (cost, step) = up + 1 < cost ? (up + 1, Delete) : (cost, step);
                (cost, step) = left + 1 < cost ? (left + 1, Insert) : (cost, step);
            }

            row[k] = left = cost;
            if (!steps.IsEmpty)
            {
                steps[k] = step;
            }
        }

        Debug.Assert(row[^1] < Unreached || i < _sequence.Length, "The band reaches the end.");
    }

    private static bool TryMeet(ReadOnlySpan<int> row, ReadOnlySpan<int> other, out int more)
    {
        more = row[0] - other[0];
        for (var k = 1; k < row.Length; k++)
        {
            if (row[k] - other[k] != more)
            {
                return false;
            }
        }

        return true;
    }
}

using System.Numerics;

namespace Gyre.Evaluation.Metrics.Overlap;

/// <summary>Longest common subsequences of numbers, 64 positions of the reference at a time.</summary>
/// <remarks>
/// A column of the usual table is held as its differences, one bit a position (0 where the length grows). The masks of a word
/// are lists of the blocks in which it stands. To read a subsequence out, columns are kept where they fit, else only every
/// so manieth, and the ones between are computed again.
/// <para>Cost: time n·m/64, memory m and at most 8 MiB or 2·√n columns. Source: Hyyrö, Bit-parallel LCS-length computation revisited, 2004.</para>
/// </remarks>
internal sealed class CommonSubsequence
{
    private const int MostKept = 1 << 20;
    private readonly IntBuffer _first = new(); // Of each word, its first entry, or −1.
    private readonly IntBuffer _lastEntry = new();
    private readonly IntBuffer _next = new();
    private readonly IntBuffer _block = new();
    private readonly IntBuffer _reference = new();
    private ulong[] _mask = new ulong[64];
    private ulong[] _column = new ulong[1];
    private ulong[] _kept = [];
    private ulong[] _starts = [];
    private int _blocks;

    public int Capacity => _first.Capacity + _next.Capacity + _kept.Length + _starts.Length + _mask.Length;

    /// <summary>Takes the reference.</summary>
    /// <param name="reference">Numbers from 0.</param>
    /// <param name="words">All numbers, also those to come, are below this one.</param>
    public void SetReference(ReadOnlySpan<int> reference, int words)
    {
        if (_first.Length == words && reference.SequenceEqual(_reference.Span))
        {
            return;
        }

        var first = _first.Fill(words, -1);
        var last = _lastEntry.Resize(words);
        _next.Clear();
        _block.Clear();
        reference.CopyTo(_reference.Resize(reference.Length));
        _blocks = (reference.Length + 63) >> 6;
        if (_mask.Length < reference.Length)
        {
            _mask = new ulong[reference.Length];
        }

        for (var i = 0; i < reference.Length; i++)
        {
            var word = reference[i];
            if (first[word] < 0 || _block[last[word]] != i >> 6)
            {
                var entry = _next.Length;
                _next.Add(-1);
                _block.Add(i >> 6);
                _mask[entry] = 0;
                if (first[word] < 0)
                {
                    first[word] = entry;
                }
                else
                {
                    _next.Span[last[word]] = entry;
                }

                last[word] = entry;
            }

            _mask[last[word]] |= 1UL << (i & 63);
        }
    }

    /// <summary>The length of the longest common subsequence.</summary>
    public int Length(ReadOnlySpan<int> candidate)
    {
        var column = Begin();
        foreach (var word in candidate)
        {
            Advance(column, word);
        }

        var length = 0;
        foreach (var block in column)
        {
            length += BitOperations.PopCount(~block);
        }

        return length; // Bits behind the reference's end stay 1: no mask has them, and a carry only sets bits.
    }

    /// <summary>Marks with 1 the positions of the reference that stand in the longest common subsequence that rouge-score reads out.</summary>
    public void Mark(ReadOnlySpan<int> candidate, Span<int> marks)
    {
        if (candidate.IsEmpty || _blocks == 0)
        {
            return;
        }

        var stride = (long)candidate.Length * _blocks <= MostKept ? candidate.Length : (int)Math.Ceiling(Math.Sqrt(candidate.Length));
        var segments = (candidate.Length + stride - 1) / stride;
        Room(ref _kept, stride);
        Room(ref _starts, segments);
        var column = Begin();
        for (var j = 0; j < candidate.Length; j++)
        {
            if (j % stride == 0)
            {
                column.CopyTo(_starts.AsSpan(j / stride * _blocks));
            }

            Advance(column, candidate[j]);
        }

        var i = _reference.Length;
        for (var segment = segments - 1; segment >= 0 && i > 0; segment--)
        {
            var start = segment * stride;
            var end = Math.Min(candidate.Length, start + stride);
            _starts.AsSpan(segment * _blocks, _blocks).CopyTo(column);
            for (var j = start; j < end; j++)
            {
                Advance(column, candidate[j]);
                column.CopyTo(_kept.AsSpan((j - start) * _blocks));
            }

            i = ReadOut(candidate, start, end, i, marks);
        }
    }

    // From the table's end: equal words belong to the subsequence; else to the left where the length at this row grows, else up.
    private int ReadOut(ReadOnlySpan<int> candidate, int start, int end, int i, Span<int> marks)
    {
        for (var j = end - 1; j >= start && i > 0;)
        {
            if (_reference[i - 1] == candidate[j])
            {
                marks[--i] = 1;
                j--;
            }
            else if ((_kept[((j - start) * _blocks) + ((i - 1) >> 6)] >> ((i - 1) & 63) & 1) == 0)
            {
                j--;
            }
            else
            {
                i--;
            }
        }

        return i;
    }

    private Span<ulong> Begin()
    {
        if (_column.Length < _blocks)
        {
            _column = new ulong[_blocks];
        }

        var column = _column.AsSpan(0, _blocks);
        column.Fill(ulong.MaxValue);
        return column;
    }

    private void Advance(Span<ulong> column, int word)
    {
        var (carry, block) = (0UL, 0);
        for (var entry = _first[word]; entry >= 0; entry = _next[entry])
        {
            while (carry != 0 && block < _block[entry])
            {
                carry = Carry(ref column[block++]);
            }

            block = _block[entry];
            var value = column[block];
            var matched = value & _mask[entry];
            var sum = value + matched;
            var over = sum < value ? 1UL : 0;
            var total = sum + carry;
            over |= total < sum ? 1UL : 0;
            column[block++] = total | (value & ~_mask[entry]);
            carry = over;
        }

        while (carry != 0 && block < column.Length)
        {
            carry = Carry(ref column[block++]);
        }
    }

    private static ulong Carry(ref ulong value)
    {
        var sum = value + 1;
        value |= sum;
        return sum == 0 ? 1UL : 0;
    }

    private void Room(ref ulong[] array, int columns)
    {
        if (array.Length < (long)columns * _blocks)
        {
            array = new ulong[checked(columns * _blocks)];
        }
    }
}

using System.Numerics;
using System.Runtime.InteropServices;

namespace Gyre.Evaluation.Metrics.Overlap;

/// <summary>What <see cref="NGramOverlap"/> does, for candidates of at most 63 words: n-grams are found in a square of pairs, without a branch on what they are.</summary>
internal sealed class ShortOverlap
{
    /// <summary>The most words of a candidate.</summary>
    public const int MostWords = Dead;

    private const int Bits = 6;
    private const int Side = 1 << Bits;
    private const int Dead = Side - 1; // The n-gram that not both texts have; every longer one with it is dead too.
    private readonly int[] _square = new int[Side * Side]; // By first and last part the turn and the number of a longer n-gram.
    private readonly int[] _counts = new int[Side];
    private readonly int[] _seen = new int[Side];
    private readonly int[] _most = new int[Side];
    private readonly IntBuffer _candidate = new();
    private readonly IntBuffer _references = new();
    private int _turn;

    /// <inheritdoc cref="NGramOverlap.Count"/>
    public void Count(ReadOnlySpan<int> candidate, int candidateWords, ReadOnlySpan<int> references, ReadOnlySpan<int> ends, Span<int> destination)
    {
        destination.Clear();
        candidate.CopyTo(_candidate.Resize(candidate.Length));
        var grams = _references.Resize(references.Length);
        for (var i = 0; i < references.Length; i++)
        {
            grams[i] = references[i] < candidateWords ? references[i] : Dead;
        }

        for (var order = 1; order <= destination.Length && order <= candidate.Length; order++)
        {
            if (order > 1)
            {
                Lengthen(ends, order);
            }

            destination[order - 1] = Shared(ends, order);
            if (destination[order - 1] == 0)
            {
                break; // What shares no n-gram shares no longer one.
            }
        }
    }

    private void Lengthen(ReadOnlySpan<int> ends, int order)
    {
        if (++_turn == int.MaxValue >> Bits)
        {
            Array.Clear(_square);
            _turn = 1;
        }

        var (square, turn, count) = (_square, _turn, 0);
        var candidate = _candidate.Span;
        for (var i = 0; i <= candidate.Length - order; i++)
        {
            var (first, last) = (candidate[i], candidate[i + 1]);
            ref var place = ref square[(first << Bits) | last];
            var isNew = place >> Bits != turn ? 1 : 0;
            var number = isNew != 0 ? (turn << Bits) | count : place;
            place = number;
            count += isNew;
            candidate[i] = Math.Max(first, last) == Dead ? Dead : number & (Side - 1);
        }

        var references = _references.Span;
        var start = 0;
        foreach (var end in ends)
        {
            for (var i = start; i <= end - order; i++)
            {
                var (first, last) = (references[i], references[i + 1]);
                var place = square[(first << Bits) | last];
                var number = place >> Bits == turn ? place & (Side - 1) : Dead;
                references[i] = Math.Max(first, last) == Dead ? Dead : number;
            }

            start = end;
        }
    }

    private int Shared(ReadOnlySpan<int> ends, int order)
    {
        var (counts, most) = (_counts, _most);
        counts.AsSpan().Clear();
        most.AsSpan().Clear();
        var candidate = _candidate.Span[..(_candidate.Length - order + 1)];
        foreach (var gram in candidate)
        {
            counts[gram]++;
        }

        var start = 0;
        foreach (var end in ends)
        {
            var seen = ends.Length == 1 ? most : _seen;
            seen.AsSpan().Clear();
            foreach (var gram in _references.Span[start..Math.Max(start, end - order + 1)])
            {
                seen[gram]++;
            }

            Raise(most, seen);
            start = end;
        }

        most[Dead] = 0;
        foreach (ref var gram in candidate)
        {
            gram = most[gram] != 0 ? gram : Dead;
        }

        return Least(counts, most);
    }

    private static void Raise(Span<int> most, ReadOnlySpan<int> seen)
    {
        var from = MemoryMarshal.Cast<int, Vector<int>>(seen);
        var into = 0;
        foreach (ref var vector in MemoryMarshal.Cast<int, Vector<int>>(most))
        {
            vector = Vector.Max(vector, from[into++]);
        }
    }

    private static int Least(ReadOnlySpan<int> counts, ReadOnlySpan<int> most)
    {
        var sum = Vector<int>.Zero;
        var right = MemoryMarshal.Cast<int, Vector<int>>(most);
        var i = 0;
        foreach (var left in MemoryMarshal.Cast<int, Vector<int>>(counts))
        {
            sum += Vector.Min(left, right[i++]);
        }

        return Vector.Sum(sum);
    }
}

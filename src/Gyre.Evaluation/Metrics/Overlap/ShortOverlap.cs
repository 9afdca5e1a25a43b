using System.Numerics;

namespace Gyre.Evaluation.Metrics.Overlap;

/// <summary>What <see cref="NGramOverlap"/> does, for candidates of at most 64 words: sets of their positions in one machine word, without a look-up or a branch on what the words are.</summary>
/// <remarks>
/// For each position of a reference, the set of the candidate's positions where the n-gram that ends there ends too. Two such
/// sets are equal or have nothing in common, so taking the lowest free position of each counts every n-gram as often as both
/// texts have it. What several references take is taken once: the reference that has an n-gram most often decides.
/// </remarks>
internal sealed class ShortOverlap
{
    /// <summary>The most words of a candidate.</summary>
    public const int MostWords = 64;

    private const int FewOrders = 4;
    private readonly ulong[] _positions = new ulong[MostWords]; // Of each word of the candidate.

    /// <summary>Counts the shared n-grams of every order; see <see cref="NGramOverlap.Count"/>.</summary>
    public void Count(ReadOnlySpan<int> candidate, int candidateWords, ReadOnlySpan<int> references, ReadOnlySpan<int> ends, Span<int> destination)
    {
        destination.Clear();
        if (candidateWords == 0)
        {
            return;
        }

        var positions = _positions.AsSpan(0, candidateWords);
        positions.Clear();
        for (var i = 0; i < candidate.Length; i++)
        {
            positions[candidate[i]] |= 1UL << i;
        }

        if (destination.Length <= FewOrders)
        {
            CountFew(positions, references, ends, destination);
        }
        else
        {
            CountMany(positions, references, ends, destination);
        }
    }

    // Up to four orders side by side, all in registers.
    private static void CountFew(ReadOnlySpan<ulong> positions, ReadOnlySpan<int> references, ReadOnlySpan<int> ends, Span<int> destination)
    {
        var (taken1, taken2, taken3, taken4, start) = (0UL, 0UL, 0UL, 0UL, 0);
        foreach (var end in ends)
        {
            var (one, two, three) = (0UL, 0UL, 0UL);
            var (own1, own2, own3, own4) = (0UL, 0UL, 0UL, 0UL);
            foreach (var word in references[start..end])
            {
                var same = Positions(positions, word);
                var four = same & (three << 1);
                three = same & (two << 1);
                two = same & (one << 1);
                one = same;
                own1 |= Lowest(one & ~own1);
                own2 |= Lowest(two & ~own2);
                own3 |= Lowest(three & ~own3);
                own4 |= Lowest(four & ~own4);
            }

            (taken1, taken2, taken3, taken4, start) = (taken1 | own1, taken2 | own2, taken3 | own3, taken4 | own4, end);
        }

        ReadOnlySpan<int> counts = [BitOperations.PopCount(taken1), BitOperations.PopCount(taken2), BitOperations.PopCount(taken3), BitOperations.PopCount(taken4)];
        counts[..destination.Length].CopyTo(destination);
    }

    private static void CountMany(ReadOnlySpan<ulong> positions, ReadOnlySpan<int> references, ReadOnlySpan<int> ends, Span<int> destination)
    {
        Span<ulong> grams = stackalloc ulong[destination.Length];
        Span<ulong> own = stackalloc ulong[destination.Length];
        Span<ulong> taken = stackalloc ulong[destination.Length];
        taken.Clear();
        var start = 0;
        foreach (var end in ends)
        {
            grams.Clear();
            own.Clear();
            foreach (var word in references[start..end])
            {
                var same = Positions(positions, word);
                for (var order = grams.Length - 1; order >= 0; order--)
                {
                    grams[order] = order == 0 ? same : same & (grams[order - 1] << 1);
                    own[order] |= Lowest(grams[order] & ~own[order]);
                }
            }

            for (var order = 0; order < own.Length; order++)
            {
                taken[order] |= own[order];
            }

            start = end;
        }

        for (var order = 0; order < taken.Length; order++)
        {
            destination[order] = BitOperations.PopCount(taken[order]);
        }
    }

    // The empty set for a word that the candidate lacks; a branch would be guessed wrong at every fourth word.
    private static ulong Positions(ReadOnlySpan<ulong> positions, int word)
    {
        var has = ~((positions.Length - 1 - word) >> 31);
        return positions[word & has] & (ulong)has;
    }

    private static ulong Lowest(ulong set) => set & (0 - set);
}

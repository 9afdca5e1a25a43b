using System.Runtime.CompilerServices;
using Gyre.Tensors;

namespace Gyre.Models.Tokenizers;

/// <summary>Finds the ways to cut a text into tokens whose scores have the highest sums. Immutable.</summary>
/// <param name="trie">The tokens and their scores.</param>
/// <param name="unknownScore">The score of a character that is no token, below all others.</param>
internal sealed class SegmentationSearch(ScoredTrie trie, double unknownScore)
{
    /// <summary>A sum in one of two precisions.</summary>
    internal interface ISum
    {
        /// <summary>Whether the second best sum of each place is wanted.</summary>
        static abstract bool KeepsSecond { get; }

        /// <summary>What is kept of a sum.</summary>
        static abstract double Keep(double sum);
    }

    /// <summary>Finds the best way to each place of a part, the first found of equal ones.</summary>
    /// <typeparam name="TSum">How sums are kept.</typeparam>
    /// <param name="part">The part of a text between two places that every segmentation passes.</param>
    /// <param name="sum">The sum of the best way to the beginning of the part; receives that to its end.</param>
    /// <param name="lattice">Holds the result.</param>
    [HotPath]
    [MethodImpl(MethodImplOptions.NoInlining)] // Called often, it is compiled well soon; within a long loop it would not be.
    public ReadOnlySpan<Lattice.Place> Find<TSum>(ReadOnlySpan<char> part, scoped ref double sum, Lattice lattice)
        where TSum : struct, ISum
    {
        var places = lattice.Prepare(part.Length);
        var nodes = trie.Nodes;
        var codes = trie.Codes;
        var root = nodes[0].Base;
        places[0].Score = sum;
        for (var start = 0; start < part.Length;)
        {
            var before = places[start].Score;
            var parent = 0;
            var children = root;
            for (var at = start; at < part.Length; at++)
            {
                var index = children + codes[part[at]];
                ref readonly var node = ref nodes[index];
                if (node.Parent != parent)
                {
                    break;
                }

                parent = index;
                children = node.Base;
                Offer<TSum>(ref places[at + 1], before + node.Score, start, node.Token);
            }

            var width = char.IsHighSurrogate(part[start]) && start + 1 < part.Length && char.IsLowSurrogate(part[start + 1]) ? 2 : 1;
            start += width;

            // Any token has a better score, so most places need no closer look; a second best that is none does no harm.
            ref var place = ref places[start];
            var unknown = before + unknownScore;
            if (unknown <= place.Score)
            {
                place.Second = TSum.KeepsSecond ? Math.Max(place.Second, unknown) : place.Second;
            }
            else if (!IsToken(part.Slice(start - width, width)))
            {
                Offer<TSum>(ref place, unknown, start - width, -1);
            }
        }

        sum = places[^1].Score;
        return places;
    }

    // Where no token ends, the sum is negative infinity. SentencePiece compares a sum before it rounds it.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Offer<TSum>(ref Lattice.Place place, double sum, int start, int token)
        where TSum : struct, ISum
    {
        if (sum > place.Score)
        {
            if (TSum.KeepsSecond)
            {
                place.Second = place.Score;
            }

            place.Score = TSum.Keep(sum);
            place.Start = start;
            place.Token = token;
        }
        else if (TSum.KeepsSecond && sum > place.Second)
        {
            place.Second = sum;
        }
    }

    private bool IsToken(ReadOnlySpan<char> character)
    {
        var nodes = trie.Nodes;
        var index = 0;
        foreach (var unit in character)
        {
            var parent = index;
            index = nodes[parent].Base + trie.Codes[unit];
            if (nodes[index].Parent != parent)
            {
                return false;
            }
        }

        return nodes[index].Token >= 0;
    }

    /// <summary>Sums in double precision.</summary>
    internal readonly struct DoubleSum : ISum
    {
        public static bool KeepsSecond => false;

        public static double Keep(double sum) => sum;
    }

    /// <summary>Sums that are rounded to single precision after each token.</summary>
    internal readonly struct SingleSum : ISum
    {
        public static bool KeepsSecond => true;

        public static double Keep(double sum) => (float)sum;
    }
}

using System.Runtime.InteropServices;
using Gyre.Tensors;

namespace Gyre.Models.Tokenizers;

/// <summary>Tokens by their UTF-16 units, each with a score, for finding all that begin at a place, or the longest. Immutable.</summary>
/// <remarks>
/// A double array: the children of a node stand at the node's base plus the code of their unit, frequent units having
/// small codes. Nodes near the root come first, so what most searches touch lies together.
/// <para>Source: J. Aoe, "An Efficient Digital Search Algorithm by Using a Double-Array Structure", 1989.</para>
/// <para>Cost: 16 bytes a node, at most one node for each unit of each token, and a few free places; a step is two reads.</para>
/// </remarks>
internal sealed class ScoredTrie
{
    private readonly Node[] _nodes;
    private readonly ushort[] _codes;

    /// <param name="source">Where the tokens come from, for messages.</param>
    /// <param name="tokens">Tokens that are not empty; the first of equal ones stays.</param>
    public ScoredTrie(string source, IEnumerable<(string Text, int Id, float Score)> tokens)
    {
        // This order keeps that of equal ones.
        var sorted = tokens.OrderBy(token => token.Text, StringComparer.Ordinal).ToArray();
        _codes = CodesOf(sorted);
        _nodes = new DoubleArrayLayout(source, sorted, _codes).Build();
    }

    /// <summary>
    /// The nodes, the root first. The child for a unit is node <c>Base + code</c> if that one's <see cref="Node.Parent"/> is
    /// the node itself; the sum is always an index.
    /// </summary>
    public ReadOnlySpan<Node> Nodes => _nodes;

    /// <summary>The code of each UTF-16 unit; 0 for those in no token.</summary>
    public ReadOnlySpan<ushort> Codes => _codes;

    /// <summary>The length of the longest token that a text begins with, and its id; 0 when it begins with none.</summary>
    [HotPath]
    public int Longest(ReadOnlySpan<char> text, out int id)
    {
        var nodes = _nodes;
        var codes = _codes;
        var (parent, length) = (0, 0);
        id = -1;
        for (var at = 0; at < text.Length; at++)
        {
            var index = nodes[parent].Base + codes[text[at]];
            ref readonly var node = ref nodes[index];
            if (node.Parent != parent)
            {
                break;
            }

            parent = index;
            (length, id) = node.Token >= 0 ? (at + 1, node.Token) : (length, id);
        }

        return length;
    }

    private static ushort[] CodesOf((string Text, int Id, float Score)[] tokens)
    {
        var counts = new int[char.MaxValue + 1];
        foreach (var (text, _, _) in tokens)
        {
            foreach (var unit in text)
            {
                counts[unit]++;
            }
        }

        var codes = new ushort[char.MaxValue + 1];
        var units = Enumerable.Range(0, counts.Length).Where(unit => counts[unit] > 0).OrderByDescending(unit => counts[unit]).ToArray();
        for (var i = 0; i < Math.Min(units.Length, char.MaxValue); i++)
        {
            codes[units[i]] = (ushort)(i + 1);
        }

        return codes;
    }

    /// <summary>A beginning of tokens.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Node
    {
        /// <summary>Where its children stand, less their codes.</summary>
        public int Base;

        /// <summary>The node one unit shorter; negative for the root and for free places.</summary>
        public int Parent;

        /// <summary>The score of the token that ends here; negative infinity when none does.</summary>
        public float Score;

        /// <summary>The token that ends here, or a negative number.</summary>
        public int Token;
    }
}

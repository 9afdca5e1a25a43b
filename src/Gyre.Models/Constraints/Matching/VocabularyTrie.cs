namespace Gyre.Models.Constraints.Matching;

/// <summary>The tokens of a vocabulary by their bytes, as a tree laid out in depth-first order.</summary>
/// <remarks>Immutable. Cost: 11 bytes a node and 4 a token; steps over a subtree are one look-up.</remarks>
internal sealed class VocabularyTrie
{
    private readonly byte[] _labels;
    private readonly ushort[] _depths;
    private readonly int[] _ends;
    private readonly int[] _tokens;
    private readonly int[] _nextToken;

    /// <param name="vocabularySize">Ids run below this.</param>
    /// <param name="tokens">Ids with their bytes; at least one byte each.</param>
    public VocabularyTrie(int vocabularySize, IEnumerable<(int Id, byte[] Bytes)> tokens)
    {
        var sorted = tokens.ToArray();
        Array.Sort(sorted, static (left, right) =>
        {
            var order = left.Bytes.AsSpan().SequenceCompareTo(right.Bytes);
            return order != 0 ? order : left.Id.CompareTo(right.Id);
        });
        _nextToken = new int[vocabularySize];
        _nextToken.AsSpan().Fill(-1);
        var labels = new List<byte> { 0 };
        var depths = new List<ushort> { 0 };
        var ends = new List<int> { 0 };
        var first = new List<int> { -1 };
        var path = new List<int> { 0 };
        byte[] previous = [];
        foreach (var (id, bytes) in sorted)
        {
            var common = previous.AsSpan().CommonPrefixLength(bytes);
            Close(path, common, labels.Count, ends);
            for (var depth = common; depth < bytes.Length; depth++)
            {
                path.Add(labels.Count);
                labels.Add(bytes[depth]);
                depths.Add(checked((ushort)(depth + 1)));
                ends.Add(0);
                first.Add(-1);
            }

            _nextToken[id] = first[path[^1]];
            first[path[^1]] = id;
            MaxDepth = Math.Max(MaxDepth, bytes.Length);
            previous = bytes;
        }

        Close(path, -1, labels.Count, ends);
        (_labels, _depths, _ends, _tokens) = ([.. labels], [.. depths], [.. ends], [.. first]);
    }

    /// <summary>Bytes of the longest token.</summary>
    public int MaxDepth { get; }

    /// <summary>Nodes, the root (0) among them.</summary>
    public int NodeCount => _labels.Length;

    public ReadOnlySpan<byte> Labels => _labels;

    /// <summary>Bytes from the root to each node.</summary>
    public ReadOnlySpan<ushort> Depths => _depths;

    /// <summary>The node behind each node's subtree.</summary>
    public ReadOnlySpan<int> Ends => _ends;

    /// <summary>The first token that ends at each node, −1 for none.</summary>
    public ReadOnlySpan<int> Tokens => _tokens;

    /// <summary>The next token with the same bytes, −1 for none.</summary>
    public ReadOnlySpan<int> NextToken => _nextToken;

    private static void Close(List<int> path, int keptDepth, int end, List<int> ends)
    {
        while (path.Count > keptDepth + 1)
        {
            ends[path[^1]] = end;
            path.RemoveAt(path.Count - 1);
        }
    }
}

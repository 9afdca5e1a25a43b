using Gyre.Tensors.Quantization;

namespace Gyre.Models.Architectures.Engine;

/// <summary>
/// Keys and values of token sequences that were read before, as a tree of full pages: a sequence that begins like one
/// of them need not read that part again.
/// </summary>
/// <remarks>
/// A page is found by the tokens of it and of all pages before it, and by the adapter that computed it. Pages that
/// nobody else holds are given back when there is need, those first that were used longest ago and that no other page
/// follows.
/// <para>Owns: a reference to each page. Safe for several threads.</para>
/// <para>Source: L. Zheng et al., "SGLang", 2024 (a radix tree of prefixes, least recently used leaves go first).</para>
/// </remarks>
internal sealed class PrefixCache(KeyValuePool pool)
{
    private readonly Dictionary<int, Node> _roots = [];
    private readonly List<Node> _nodes = [];
    private readonly Lock _gate = new();
    private long _time;

    /// <summary>Pages held.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _nodes.Count;
            }
        }
    }

    /// <summary>Pages that nobody else holds.</summary>
    public int CountUnused()
    {
        lock (_gate)
        {
            var count = 0;
            foreach (var node in _nodes)
            {
                count += pool.IsShared(node.Page) ? 0 : 1;
            }

            return count;
        }
    }

    /// <summary>Finds the longest known beginning.</summary>
    /// <param name="adapter">Which adapter computes.</param>
    /// <param name="tokens">The sequence.</param>
    /// <param name="pages">Receives the pages that are wholly alike, shared for the caller.</param>
    /// <param name="partial">A page that begins as the tokens go on, shared for the caller; null for none.</param>
    /// <returns>How many tokens of <paramref name="partial"/> are alike.</returns>
    public int Find(int adapter, ReadOnlySpan<int> tokens, List<KeyValuePage> pages, out KeyValuePage? partial)
    {
        lock (_gate)
        {
            partial = null;
            var node = _roots.GetValueOrDefault(adapter);
            while (node is not null && !tokens.IsEmpty)
            {
                var (child, alike) = Nearest(node, tokens);
                if (child is null)
                {
                    return 0;
                }

                child.LastUse = ++_time;
                pool.Share(child.Page);
                if (alike < KeyValueBlock.Tokens)
                {
                    partial = child.Page;
                    return alike;
                }

                pages.Add(child.Page);
                tokens = tokens[KeyValueBlock.Tokens..];
                node = child;
            }

            return 0;
        }
    }

    /// <summary>Keeps the full pages of a sequence.</summary>
    /// <param name="adapter">Which adapter computed them.</param>
    /// <param name="tokens">The tokens that the pages hold.</param>
    /// <param name="pages">The sequence's pages.</param>
    public void Keep(int adapter, ReadOnlySpan<int> tokens, ReadOnlySpan<KeyValuePage?> pages)
    {
        lock (_gate)
        {
            if (!_roots.TryGetValue(adapter, out var node))
            {
                _roots.Add(adapter, node = new Node(null, [], null!)); // A root stands for no page and is never read as one.
            }

            for (var i = 0; tokens.Length >= KeyValueBlock.Tokens; i++)
            {
                var own = tokens[..KeyValueBlock.Tokens];
                var (child, alike) = Nearest(node, own);
                if (child is null || alike < KeyValueBlock.Tokens)
                {
                    var page = pages[i]!; // A sequence has a page for every token it holds.
                    pool.Share(page);
                    child = new Node(node, own.ToArray(), page);
                    node.Children.Add(child);
                    _nodes.Add(child);
                }

                child.LastUse = ++_time;
                node = child;
                tokens = tokens[KeyValueBlock.Tokens..];
            }
        }
    }

    /// <summary>Gives back every page that an adapter computed.</summary>
    public void Forget(int adapter)
    {
        lock (_gate)
        {
            if (_roots.Remove(adapter, out var root))
            {
                var gone = new HashSet<Node>();
                var open = new Stack<Node>(root.Children);
                while (open.TryPop(out var node))
                {
                    gone.Add(node);
                    pool.Release(node.Page);
                    foreach (var child in node.Children)
                    {
                        open.Push(child);
                    }
                }

                _nodes.RemoveAll(gone.Contains);
            }
        }
    }

    /// <summary>Gives pages back that only this cache holds.</summary>
    /// <returns>How many were given back, at most <paramref name="wanted"/>.</returns>
    public int Shrink(int wanted)
    {
        lock (_gate)
        {
            var released = 0;
            while (released < wanted)
            {
                Node? oldest = null;
                foreach (var node in _nodes)
                {
                    if (node.Children.Count == 0 && (oldest is null || node.LastUse < oldest.LastUse) && !pool.IsShared(node.Page))
                    {
                        oldest = node;
                    }
                }

                if (oldest is null)
                {
                    break;
                }

                oldest.Parent!.Children.Remove(oldest); // Only roots have no parent, and they are not in the list.
                _nodes.Remove(oldest);
                pool.Release(oldest.Page);
                released++;
            }

            return released;
        }
    }

    /// <summary>The child that begins most like the tokens, and with how many.</summary>
    private static (Node? Child, int Alike) Nearest(Node node, ReadOnlySpan<int> tokens)
    {
        (Node? Child, int Alike) best = (null, 0);
        foreach (var child in node.Children)
        {
            var alike = tokens.CommonPrefixLength(child.Tokens);
            if (alike > best.Alike)
            {
                best = (child, alike);
            }
        }

        return best;
    }

    private sealed class Node(Node? parent, int[] tokens, KeyValuePage page)
    {
        public Node? Parent { get; } = parent;

        public int[] Tokens { get; } = tokens;

        public KeyValuePage Page { get; } = page;

        public List<Node> Children { get; } = [];

        public long LastUse { get; set; }
    }
}

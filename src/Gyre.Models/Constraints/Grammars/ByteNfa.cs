using Gyre.Models.Constraints.Regexes;

namespace Gyre.Models.Constraints.Grammars;

/// <summary>The states and edges of all rules before they are made deterministic: reading bytes, calling rules, or free.</summary>
internal sealed class ByteNfa(CompileBudget budget)
{
    private readonly List<int> _heads = [];
    private readonly List<int> _freeHeads = [];
    private readonly List<Edge> _edges = [];
    private readonly Dictionary<(int Low, int High, int Target), int> _tails = [];
    private readonly List<(byte Low, byte High)[]> _sequences = [];
    private readonly Dictionary<CodePointSet, CodePointSet> _plain = [];

    /// <summary>What stands escaped inside a JSON string: control characters, the quote and the backslash.</summary>
    public static CodePointSet JsonEscaped { get; } = CodePointSet.Of((0, 0x1F), ('"', '"'), ('\\', '\\'));

    public int StateCount => _heads.Count;

    public IReadOnlyList<Edge> AllEdges => _edges;

    /// <summary>The first edge of a state that reads or calls, −1 for none; the others follow by <see cref="Edge.Following"/>.</summary>
    public int HeadOf(int state) => _heads[state];

    /// <summary>The first free edge of a state, −1 for none.</summary>
    public int FreeHeadOf(int state) => _freeHeads[state];

    public int AddState()
    {
        budget.Spend(1);
        _heads.Add(-1);
        _freeHeads.Add(-1);
        budget.CheckStates(_heads.Count);
        return _heads.Count - 1;
    }

    public void AddFree(int from, int target) => Add(from, new Edge(EdgeKind.Free, 0, 0, 0, target, -1));

    public void AddCall(int from, int rule, int target) => Add(from, new Edge(EdgeKind.Call, 0, 0, rule, target, -1));

    public void AddBytes(int from, byte low, byte high, int target) => Add(from, new Edge(EdgeKind.Bytes, low, high, 0, target, -1));

    /// <summary>A chain of states that reads exactly these bytes.</summary>
    public void AddText(int from, ReadOnlySpan<byte> bytes, int target)
    {
        if (bytes.IsEmpty)
        {
            AddFree(from, target);
            return;
        }

        for (var i = 0; i < bytes.Length; i++)
        {
            var next = i == bytes.Length - 1 ? target : AddState();
            AddBytes(from, bytes[i], bytes[i], next);
            from = next;
        }
    }

    /// <summary>One character of a set, in UTF-8.</summary>
    public void AddCharacters(int from, CodePointSet set, int target)
    {
        foreach (var (low, high) in set.Ranges)
        {
            _sequences.Clear();
            Utf8Ranges.Split(low, high, _sequences);
            foreach (var sequence in _sequences)
            {
                var next = target;
                for (var i = sequence.Length - 1; i > 0; i--)
                {
                    next = Tail(sequence[i], next);
                }

                AddBytes(from, sequence[0].Low, sequence[0].High, next);
            }
        }
    }

    /// <summary>One character of a set as a JSON string holds it: as itself, or in the one escape that is its normal form.</summary>
    public void AddJsonCharacters(int from, CodePointSet set, int target)
    {
        if (!_plain.TryGetValue(set, out var plain))
        {
            _plain.Add(set, plain = set.Without(JsonEscaped));
        }

        AddCharacters(from, plain, target);
        var escape = -1;
        var hexadecimal = -1;
        Span<int> rows = [-1, -1];
        foreach (var (low, high) in JsonEscaped.Ranges)
        {
            for (var value = low; value <= high; value++)
            {
                if (!set.Contains(value))
                {
                    continue;
                }

                if (escape < 0)
                {
                    AddBytes(from, (byte)'\\', (byte)'\\', escape = AddState());
                }

                var text = JsonEscape(value);
                if (text.Length == 2)
                {
                    AddBytes(escape, (byte)text[1], (byte)text[1], target);
                    continue;
                }

                if (hexadecimal < 0)
                {
                    AddText(escape, "u00"u8, hexadecimal = AddState());
                }

                ref var row = ref rows[text[^2] - '0'];
                if (row < 0)
                {
                    AddBytes(hexadecimal, (byte)text[^2], (byte)text[^2], row = AddState());
                }

                AddBytes(row, (byte)text[^1], (byte)text[^1], target);
            }
        }
    }

    /// <summary>The normal form of an escaped character.</summary>
    public static string JsonEscape(int value) => value switch
    {
        '"' => "\\\"",
        '\\' => "\\\\",
        '\b' => "\\b",
        '\f' => "\\f",
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        _ => $"\\u{value:x4}",
    };

    /// <summary>A state that reads one of these bytes and goes on; characters with the same end share it.</summary>
    private int Tail((byte Low, byte High) range, int target)
    {
        if (!_tails.TryGetValue((range.Low, range.High, target), out var state))
        {
            state = AddState();
            AddBytes(state, range.Low, range.High, target);
            _tails.Add((range.Low, range.High, target), state);
        }

        return state;
    }

    private void Add(int from, Edge edge)
    {
        budget.Spend(1);
        var heads = edge.Kind == EdgeKind.Free ? _freeHeads : _heads;
        _edges.Add(edge with { Following = heads[from] });
        heads[from] = _edges.Count - 1;
    }

    internal enum EdgeKind : byte
    {
        Free,
        Bytes,
        Call,
    }

    internal readonly record struct Edge(EdgeKind Kind, byte Low, byte High, int Rule, int Target, int Following);
}

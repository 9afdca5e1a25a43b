using System.Diagnostics.CodeAnalysis;
using Gyre.Models.Constraints.Grammars;
using Gyre.Tensors;

namespace Gyre.Models.Constraints.Matching;

/// <summary>Runs a grammar on bytes, all readings of an ambiguous text at once, and remembers each step.</summary>
/// <remarks>
/// Safe for several threads: remembered steps are read without a lock, new ones are made under one. What is remembered is
/// bounded; when it is full, all of it is forgotten, and texts under way go on from what they hold.
/// </remarks>
internal sealed class PushdownMachine
{
    /// <summary>Configurations remembered at once.</summary>
    internal const int MaxConfigurations = 8_192;

    /// <summary>Readings of one text at once.</summary>
    internal const int MaxItems = 2_000;

    private readonly GrammarAutomaton _grammar;
    private readonly Lock _gate = new();
    private readonly Dictionary<Key, Configuration> _configurations = [];
    private readonly Dictionary<(int Return, Frame? Parent), Frame> _frames = [];
    private readonly Dictionary<int, Configuration> _locals = [];
    private readonly HashSet<Configuration.Item> _seen = [];
    private readonly Stack<Configuration.Item> _waiting = [];
    private readonly List<Configuration.Item> _kept = [];
    private readonly Configuration _dead;
    private Configuration? _start;
    private long _frameCount;

    public PushdownMachine(GrammarAutomaton grammar)
    {
        _grammar = grammar;
        _dead = new Configuration([], isComplete: false, 0);
    }

    public GrammarAutomaton Grammar => _grammar;

    /// <summary>How many configurations are remembered; for tests.</summary>
    internal int RememberedCount => _configurations.Count;

    /// <summary>Before the first byte.</summary>
    public Configuration Start
    {
        get
        {
            lock (_gate)
            {
                return _start ??= Close([new Configuration.Item(_grammar.Start, null)]);
            }
        }
    }

    /// <summary>After one more byte; a dead configuration when it cannot follow.</summary>
    [HotPath]
    public Configuration Step(Configuration from, byte value)
    {
        var symbol = _grammar.ClassOf[value];
        return from.IsDead ? _dead : from.Remembered(symbol) ?? Compute(from, symbol);
    }

    /// <summary>What follows once the rule called at a frame has ended.</summary>
    public Configuration Resume(Frame frame)
    {
        if (frame.Continuation is { } known)
        {
            return known;
        }

        lock (_gate)
        {
            return frame.Continuation = Close([new Configuration.Item(frame.Return, frame.Parent)]);
        }
    }

    /// <summary>What may follow at a state inside calls.</summary>
    public Configuration Follow(int state, Frame? frame)
    {
        lock (_gate)
        {
            return Close([new Configuration.Item(state, frame)]);
        }
    }

    /// <summary>One state with unknown calls around it: complete means that its rule may end.</summary>
    public Configuration Local(int state)
    {
        lock (_gate)
        {
            if (!_locals.TryGetValue(state, out var local))
            {
                _locals.Add(state, local = new Configuration([new Configuration.Item(state, null)], isComplete: false, _grammar.ClassCount));
            }

            return local;
        }
    }

    private Configuration Compute(Configuration from, int symbol)
    {
        lock (_gate)
        {
            if (from.Remembered(symbol) is { } known)
            {
                return known;
            }

            // A text under way may hold what has been forgotten; its own steps stay with it.
            var moved = new List<Configuration.Item>(from.Items.Length);
            foreach (var item in from.Items)
            {
                var next = _grammar.Next(item.State, symbol);
                if (next >= 0)
                {
                    moved.Add(new Configuration.Item(next, item.Frame));
                }
            }

            var result = moved.Count == 0 ? _dead : Close(moved);
            from.Remember(symbol, result);
            return result;
        }
    }

    /// <summary>Follows calls and ends of rules as far as they go without reading.</summary>
    private Configuration Close(List<Configuration.Item> from)
    {
        _seen.Clear();
        _kept.Clear();
        var isComplete = false;
        foreach (var item in from)
        {
            Push(item);
        }

        while (_waiting.TryPop(out var item))
        {
            if (_grammar.Reads(item.State))
            {
                _kept.Add(item);
            }

            foreach (var call in _grammar.Calls(item.State))
            {
                // A call that ends its rule needs no frame: what follows it is what follows the rule.
                var frame = _grammar.IsOnlyEnd(call.Return) ? item.Frame : FrameOf(call.Return, item.Frame);
                Push(new Configuration.Item(_grammar.StartOf(call.Rule), frame));
            }

            if (_grammar.Accepts(item.State))
            {
                if (item.Frame is { } ended)
                {
                    Push(new Configuration.Item(ended.Return, ended.Parent));
                }
                else
                {
                    isComplete = true;
                }
            }

            if (_seen.Count > MaxItems)
            {
                _waiting.Clear();
                ThrowAmbiguous();
            }
        }

        return Intern(isComplete);
    }

    [DoesNotReturn]
    private static void ThrowAmbiguous() => throw ConstraintErrors.Stuck(
        $"the grammar reads the text in more than {MaxItems:N0} ways at once", "Write it with fewer alternatives that begin alike.");

    private void Push(Configuration.Item item)
    {
        if (_seen.Add(item))
        {
            _waiting.Push(item);
        }
    }

    private Frame FrameOf(int returnState, Frame? parent)
    {
        if (!_frames.TryGetValue((returnState, parent), out var frame))
        {
            _frames.Add((returnState, parent), frame = new Frame(_frameCount++, returnState, parent));
        }

        return frame;
    }

    private Configuration Intern(bool isComplete)
    {
        _kept.Sort(static (left, right) => left.State != right.State
            ? left.State.CompareTo(right.State)
            : (left.Frame?.Id ?? -1).CompareTo(right.Frame?.Id ?? -1));
        var key = new Key([.. _kept], isComplete);
        if (_configurations.TryGetValue(key, out var known))
        {
            return known;
        }

        if (_configurations.Count >= MaxConfigurations || _frames.Count >= 4 * MaxConfigurations)
        {
            _configurations.Clear();
            _frames.Clear();
            _locals.Clear();
            _start = null;
        }

        var made = new Configuration(key.Items, isComplete, _grammar.ClassCount);
        _configurations.Add(key, made);
        return made;
    }

    /// <summary>Compares configurations by what they hold.</summary>
    private readonly record struct Key(Configuration.Item[] Items, bool IsComplete)
    {
        public bool Equals(Key other) => IsComplete == other.IsComplete && Items.AsSpan().SequenceEqual(other.Items);

        public override int GetHashCode()
        {
            var hash = new HashCode();
            hash.Add(IsComplete);
            foreach (var item in Items)
            {
                hash.Add(item.State);
                hash.Add(item.Frame?.Id ?? -1);
            }

            return hash.ToHashCode();
        }
    }
}

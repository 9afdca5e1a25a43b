namespace Gyre.Models.Constraints.Matching;

/// <summary>Everything that a text read so far may be in the middle of: states that read, each with its calls under way.</summary>
/// <remarks>Immutable but for remembered steps; equal ones of a machine are one object, until the machine forgets.</remarks>
internal sealed class Configuration(Configuration.Item[] items, bool isComplete, int classCount)
{
    private readonly Configuration?[] _next = new Configuration?[classCount];
    private CharacterRun? _run;

    public Item[] Items => items;

    /// <summary>True when the text may end here.</summary>
    public bool IsComplete => isComplete;

    /// <summary>True when nothing can follow and this is no end either.</summary>
    public bool IsDead => items.Length == 0 && !isComplete;

    /// <summary>True when the text may end here and nothing can follow.</summary>
    public bool MustEnd => items.Length == 0 && isComplete;

    /// <summary>What <see cref="CharacterRuns"/> found, or null before it looked; whoever looks finds the same.</summary>
    public CharacterRun? Run
    {
        get => Volatile.Read(ref _run);
        set => Volatile.Write(ref _run, value);
    }

    /// <summary>The remembered step for a class of bytes, or null.</summary>
    public Configuration? Remembered(int symbol) => Volatile.Read(ref _next[symbol]);

    public void Remember(int symbol, Configuration next) => Volatile.Write(ref _next[symbol], next);

    /// <summary>A state and its calls under way; no frame is the root's own rule.</summary>
    internal readonly record struct Item(int State, Frame? Frame);
}

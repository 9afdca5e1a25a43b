namespace Gyre.Models.Tokenizers.Training;

/// <summary>The symbols of a training by merges: how words begin, how two symbols join, and which pair goes first among equals.</summary>
internal abstract class SymbolTable
{
    /// <summary>The number of symbols so far.</summary>
    public abstract int Count { get; }

    /// <summary>A symbol in the spelling of the vocabulary.</summary>
    public abstract string Spell(int symbol);

    /// <summary>Appends the symbols that a word begins as.</summary>
    public abstract void Begin(string word, List<int> symbols);

    /// <summary>False for a pair that would become too long.</summary>
    public virtual bool CanJoin(int left, int right) => true;

    /// <summary>The symbol that two become; an older one when it has the same text.</summary>
    public abstract int Join(int left, int right);

    /// <summary>Negative when the first pair goes before the second though both occur equally often.</summary>
    public abstract int Prefer(int left, int right, int otherLeft, int otherRight);
}

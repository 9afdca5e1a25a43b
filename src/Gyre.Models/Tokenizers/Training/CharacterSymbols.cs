using System.Text;

namespace Gyre.Models.Tokenizers.Training;

/// <summary>Symbols that begin as characters, with a mark on those inside a word (WordPiece) or with none (SentencePiece).</summary>
/// <remarks>
/// Among equally frequent pairs the one of older symbols goes first (WordPiece, as the Hugging Face trainer orders them), or the
/// one whose text is shorter, then smaller (SentencePiece).
/// </remarks>
internal sealed class CharacterSymbols : SymbolTable
{
    private readonly List<string> _texts = [];
    private readonly List<int> _lengths = [];
    private readonly Dictionary<string, int> _symbolOf = new(StringComparer.Ordinal);
    private readonly string _continuation;
    private readonly int _maxLength;

    /// <param name="alphabet">The characters in order.</param>
    /// <param name="continuation">What symbols inside a word begin with; empty for none.</param>
    /// <param name="maxLength">The longest symbol, in characters.</param>
    public CharacterSymbols(IReadOnlyList<Rune> alphabet, string continuation, int maxLength)
    {
        _continuation = continuation;
        _maxLength = maxLength;
        foreach (var character in alphabet)
        {
            Add(character.ToString());
        }

        foreach (var character in continuation.Length == 0 ? [] : alphabet)
        {
            Add(continuation + character);
        }
    }

    public override int Count => _texts.Count;

    public override string Spell(int symbol) => _texts[symbol];

    public override void Begin(string word, List<int> symbols)
    {
        var isFirst = true;
        foreach (var character in word.EnumerateRunes())
        {
            symbols.Add(_symbolOf[isFirst ? character.ToString() : _continuation + character]);
            isFirst = false;
        }
    }

    public override bool CanJoin(int left, int right) => LengthOf(left) + LengthOf(right) <= _maxLength;

    public override int Join(int left, int right)
    {
        var text = _texts[left] + _texts[right][_continuation.Length..];
        return _symbolOf.TryGetValue(text, out var joined) ? joined : Add(text);
    }

    public override int Prefer(int left, int right, int otherLeft, int otherRight)
    {
        if (_continuation.Length > 0)
        {
            return left != otherLeft ? left.CompareTo(otherLeft) : right.CompareTo(otherRight);
        }

        var order = (LengthOf(left) + LengthOf(right)).CompareTo(LengthOf(otherLeft) + LengthOf(otherRight));
        order = order != 0 ? order : string.CompareOrdinal(_texts[left] + _texts[right], _texts[otherLeft] + _texts[otherRight]);
        return order != 0 ? order : left.CompareTo(otherLeft); // One text, cut in two ways.
    }

    private int LengthOf(int symbol) => _lengths[symbol];

    private int Add(string text)
    {
        _symbolOf.Add(text, _texts.Count);
        _texts.Add(text);
        _lengths.Add(text.Length - text.Count(char.IsLowSurrogate));
        return _texts.Count - 1;
    }
}

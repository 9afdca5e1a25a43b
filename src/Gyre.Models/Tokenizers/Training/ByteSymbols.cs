using System.Text;

namespace Gyre.Models.Tokenizers.Training;

/// <summary>Symbols that begin as the 256 bytes; among equals the pair that is greater by bytes goes first.</summary>
internal sealed class ByteSymbols : SymbolTable
{
    private readonly List<byte[]> _bytes = new(4096);
    private readonly Dictionary<string, int> _symbolOf = new(StringComparer.Ordinal);

    public ByteSymbols()
    {
        for (var value = 0; value < 256; value++)
        {
            _bytes.Add([(byte)value]);
            _symbolOf.Add(ByteAlphabet.Spell([(byte)value]), value);
        }
    }

    public override int Count => _bytes.Count;

    public override string Spell(int symbol) => ByteAlphabet.Spell(_bytes[symbol]);

    public override void Begin(string word, List<int> symbols)
    {
        foreach (var value in Encoding.UTF8.GetBytes(word))
        {
            symbols.Add(value);
        }
    }

    public override bool CanJoin(int left, int right) => _bytes[left].Length + _bytes[right].Length <= Vocabulary.MaxTokenLength;

    public override int Join(int left, int right)
    {
        byte[] bytes = [.. _bytes[left], .. _bytes[right]];
        var spelled = ByteAlphabet.Spell(bytes);
        if (!_symbolOf.TryGetValue(spelled, out var joined))
        {
            joined = _bytes.Count;
            _bytes.Add(bytes);
            _symbolOf.Add(spelled, joined);
        }

        return joined;
    }

    public override int Prefer(int left, int right, int otherLeft, int otherRight)
    {
        var order = _bytes[otherLeft].AsSpan().SequenceCompareTo(_bytes[left]);
        return order != 0 ? order : _bytes[otherRight].AsSpan().SequenceCompareTo(_bytes[right]);
    }
}

using System.Runtime.InteropServices;
using System.Text;
using Gyre.Tensors;

namespace Gyre.Models.Tokenizers;

/// <summary>Byte-level BPE: a piece begins as its UTF-8 bytes.</summary>
internal sealed class ByteWordEncoder : WordEncoder
{
    private readonly Vocabulary _vocabulary;
    private readonly MergeTable _merges;
    private readonly int _longestWhole;
    private readonly int[] _byteIds = new int[256];

    /// <param name="vocabulary">Tokens in GPT-2's spelling of bytes.</param>
    /// <param name="merges">The ranked pairs.</param>
    /// <param name="takesWholePieces">Takes a piece that is a token as that token, whatever the merges say.</param>
    public ByteWordEncoder(Vocabulary vocabulary, MergeTable merges, bool takesWholePieces)
    {
        _vocabulary = vocabulary;
        _merges = merges;
        Span<char> spelled = stackalloc char[1];
        for (var value = 0; value < 256; value++)
        {
            spelled[0] = ByteAlphabet.Spell((byte)value);
            _byteIds[value] = vocabulary.IdsBySpan.TryGetValue(spelled, out var id) ? id : -1;
        }

        for (var id = 0; takesWholePieces && id < vocabulary.Count; id++)
        {
            _longestWhole = Math.Max(_longestWhole, vocabulary[id].Length);
        }
    }

    [HotPath]
    protected override ReadOnlySpan<int> EncodeUncached(ReadOnlySpan<char> word, EncodingScratch scratch)
    {
        if (word.Length <= _longestWhole && TryWhole(word, scratch, out var whole))
        {
            return whole;
        }

        // The bytes first go to the end of the symbols' own room, from where each is read before its place is overwritten.
        var count = Encoding.UTF8.GetByteCount(word);
        var symbols = scratch.Merger.Prepare(count);
        var bytes = MemoryMarshal.AsBytes(symbols)[(count * 3)..];
        Encoding.UTF8.GetBytes(word, bytes);
        for (var i = 0; i < count; i++)
        {
            var value = bytes[i];
            var id = _byteIds[value];
            if (id < 0)
            {
                throw TokenizerErrors.NoTokenFor($"byte 0x{value:X2}");
            }

            symbols[i] = id;
        }

        return scratch.Merger.Merge(count, _merges);
    }

    private bool TryWhole(ReadOnlySpan<char> word, EncodingScratch scratch, out ReadOnlySpan<int> whole)
    {
        var count = Encoding.UTF8.GetByteCount(word);
        if (count > _longestWhole)
        {
            whole = default;
            return false;
        }

        // At most 12 KiB: Vocabulary.MaxTokenLength bytes and as many units.
        Span<byte> bytes = stackalloc byte[count];
        Span<char> spelled = stackalloc char[count];
        Encoding.UTF8.GetBytes(word, bytes);
        for (var i = 0; i < count; i++)
        {
            spelled[i] = ByteAlphabet.Spell(bytes[i]);
        }

        if (_vocabulary.IdsBySpan.TryGetValue(spelled, out var id) && _vocabulary.KindOf(id) == TokenKind.Normal)
        {
            var ids = scratch.Ids(1);
            ids[0] = id;
            whole = ids[..1];
            return true;
        }

        whole = default;
        return false;
    }
}

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
    private readonly string _suffix;
    private readonly int[] _byteIds = new int[256];
    private readonly int[] _lastByteIds;

    /// <param name="vocabulary">Tokens in GPT-2's spelling of bytes.</param>
    /// <param name="merges">The ranked pairs.</param>
    /// <param name="takesWholePieces">Takes a piece that is a token as that token, whatever the merges say.</param>
    /// <param name="suffix">What tokens at the end of a piece are spelled with behind their bytes; empty when nothing marks them.</param>
    public ByteWordEncoder(Vocabulary vocabulary, MergeTable merges, bool takesWholePieces, string suffix = "")
    {
        _vocabulary = vocabulary;
        _merges = merges;
        _suffix = suffix;
        _lastByteIds = suffix.Length == 0 ? _byteIds : new int[256];
        for (var value = 0; value < 256; value++)
        {
            var spelled = ByteAlphabet.Spell((byte)value).ToString();
            _byteIds[value] = vocabulary.Find(spelled) ?? -1;
            _lastByteIds[value] = vocabulary.Find(spelled + suffix) ?? -1;
        }

        for (var id = 0; takesWholePieces && id < vocabulary.Count; id++)
        {
            _longestWhole = Math.Max(_longestWhole, vocabulary[id].Length);
        }
    }

    public override void EncodeWithSpans(ReadOnlySpan<char> piece, EncodingScratch scratch, List<int> destination, List<TextSpan> spans)
    {
        var ofByte = new List<TextSpan>(piece.Length);
        for (var at = 0; at < piece.Length;)
        {
            Rune.DecodeFromUtf16(piece[at..], out var rune, out var width);
            for (var i = 0; i < rune.Utf8SequenceLength; i++)
            {
                ofByte.Add(new TextSpan(at, at + width));
            }

            at += width;
        }

        var from = 0;
        foreach (var id in EncodeUncached(piece, scratch))
        {
            // A token that holds a part of a character stands for all of it.
            var count = LengthOf(id);
            destination.Add(id);
            spans.Add(new TextSpan(ofByte[from].Start, ofByte[from + count - 1].End));
            from += count;
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
            var id = (i == count - 1 ? _lastByteIds : _byteIds)[value];
            if (id < 0)
            {
                throw TokenizerErrors.NoTokenFor($"byte 0x{value:X2}");
            }

            symbols[i] = id;
        }

        return scratch.Merger.Merge(count, _merges);
    }

    private int LengthOf(int id)
    {
        var token = _vocabulary[id];
        return token.Length - (_suffix.Length > 0 && token.EndsWith(_suffix, StringComparison.Ordinal) ? _suffix.Length : 0);
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
        Span<char> spelled = stackalloc char[count + _suffix.Length];
        _suffix.CopyTo(spelled[count..]);
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

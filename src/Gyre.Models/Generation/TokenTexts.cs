using System.Buffers;
using Gyre.Models.Tokenizers;

namespace Gyre.Models.Generation;

/// <summary>The texts of tokens that are whole characters by themselves, made once, so that streaming them allocates nothing.</summary>
/// <remarks>
/// For one thread at a time: the engine's. Cost: 8 bytes a vocabulary entry and one short string for each token that
/// was ever generated.
/// </remarks>
internal sealed class TokenTexts(ITokenizer tokenizer, int vocabularySize)
{
    private readonly string?[] _whole = new string?[vocabularySize];
    private readonly ArrayBufferWriter<byte> _bytes = new(64);
    private char[] _characters = new char[256];

    /// <summary>Decodes the next token of a text; empty while a character is unfinished.</summary>
    /// <param name="id">The token.</param>
    /// <param name="isFirst">True while the text has no bytes yet; some tokenizers drop a leading space then.</param>
    /// <param name="decoder">Holds the unfinished character of this text.</param>
    public string Decode(int id, ref bool isFirst, Utf8StreamDecoder decoder)
    {
        var standsAlone = !isFirst && decoder.PendingBytes == 0;
        if (standsAlone && _whole[id] is { } known)
        {
            return known;
        }

        _bytes.ResetWrittenCount();
        tokenizer.AppendBytes(id, isFirst, includeSpecial: false, _bytes);
        isFirst &= _bytes.WrittenCount == 0;
        var room = Utf8StreamDecoder.MaxChars(_bytes.WrittenCount);
        if (_characters.Length < room)
        {
            _characters = new char[room];
        }

        var count = decoder.Write(_bytes.WrittenSpan, _characters);
        var text = count == 0 ? "" : new string(_characters, 0, count);
        if (standsAlone && decoder.PendingBytes == 0)
        {
            _whole[id] = text;
        }

        return text;
    }
}

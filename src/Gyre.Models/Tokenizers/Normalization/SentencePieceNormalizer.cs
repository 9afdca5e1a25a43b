using System.Buffers;
using System.Text;

namespace Gyre.Models.Tokenizers.Normalization;

/// <summary>SentencePiece's own normalisation: compiled rules, extra white space, dummy prefix, spaces as U+2581.</summary>
internal sealed class SentencePieceNormalizer : Normalizer
{
    private readonly Charsmap? _charsmap;
    private readonly PrefixScheme _scheme;
    private readonly bool _removesExtraSpaces;
    private readonly AddedTokenMatcher? _userDefined;

    // Units that stay as they are when an ASCII character, or without rules any, comes next.
    private readonly SearchValues<char> _plain;

    /// <param name="charsmap">The compiled rules; null for none.</param>
    /// <param name="scheme">Where the dummy space goes.</param>
    /// <param name="removesExtraSpaces">Drops leading, trailing and repeated spaces.</param>
    /// <param name="userDefined">Tokens that the rules leave alone.</param>
    public SentencePieceNormalizer(Charsmap? charsmap, PrefixScheme scheme, bool removesExtraSpaces, AddedTokenMatcher? userDefined)
    {
        _charsmap = charsmap;
        _scheme = scheme;
        _removesExtraSpaces = removesExtraSpaces;
        _userDefined = userDefined;
        var units = Enumerable.Range(0, charsmap is null ? char.MaxValue + 1 : 128).Select(unit => (char)unit)
            .Where(unit => unit != ' ' && !char.IsSurrogate(unit) && charsmap?.LeavesAlone((byte)unit) != false);
        _plain = SearchValues.Create(userDefined is null ? [.. units] : []);
    }

    public override void Apply(ReadOnlySpan<char> text, bool isFirst, CharBuffer destination)
    {
        var hasPrefix = _scheme == PrefixScheme.Always || (_scheme == PrefixScheme.First && isFirst);
        if (hasPrefix)
        {
            destination.Append(SpaceNormalizer.Space);
        }

        var begin = destination.Length;
        var rented = _charsmap is null ? null : ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetByteCount(text));
        try
        {
            var utf8 = rented is null ? [] : rented.AsSpan(0, Encoding.UTF8.GetBytes(text, rented));
            var afterSpace = _removesExtraSpaces;
            for (var at = 0; at < text.Length;)
            {
                if (PlainRun(text[at..]) is var plain && plain > 0)
                {
                    destination.Copy(text.Slice(at, plain), at);
                    utf8 = utf8.IsEmpty ? utf8 : utf8[plain..];
                    at += plain;
                    afterSpace = false;
                    continue;
                }

                var written = destination.Length;
                at += Step(text, at, ref utf8, destination);
                afterSpace = Squeeze(destination, written, afterSpace);
            }
        }
        finally
        {
            if (rented is not null)
            {
                ArrayPool<byte>.Shared.Return(rented);
            }
        }

        while (_removesExtraSpaces && destination.Length > begin && destination.Written[^1] == SpaceNormalizer.Space)
        {
            destination.Truncate(destination.Length - 1);
        }

        if (_removesExtraSpaces && destination.Length == begin && hasPrefix)
        {
            destination.Truncate(begin - 1);
        }
    }

    // How many units stay as they are whatever follows; with rules all of them are ASCII, one byte each.
    private int PlainRun(ReadOnlySpan<char> text)
    {
        var length = text.IndexOfAnyExcept(_plain);
        length = length < 0 ? text.Length : length;
        return length > 0 && length < text.Length && _charsmap is not null && !char.IsAscii(text[length]) ? length - 1 : length;
    }

    // Appends one normalised prefix of the text and returns how many of its units were read.
    private int Step(ReadOnlySpan<char> whole, int at, ref Span<byte> utf8, CharBuffer destination)
    {
        var text = whole[at..];
        if (_userDefined?.LongestAt(text, 0) is { } token)
        {
            utf8 = utf8.IsEmpty ? utf8 : utf8[Encoding.UTF8.GetByteCount(token.Content)..];
            destination.Copy(token.Content, at);
            return token.Content.Length;
        }

        if (!utf8.IsEmpty && _charsmap!.TryMatch(utf8, out var bytesRead, out var replacement)) // utf8 is filled only when there are rules
        {
            var units = Encoding.UTF8.GetCharCount(utf8[..bytesRead]);
            utf8 = utf8[bytesRead..];
            destination.From(at, at + units);
            Encoding.UTF8.GetChars(replacement, destination.Extend(Encoding.UTF8.GetCharCount(replacement)));
            return units;
        }

        Rune.DecodeFromUtf16(text, out var rune, out var width);
        utf8 = utf8.IsEmpty ? utf8 : utf8[rune.Utf8SequenceLength..];
        destination.From(at, at + width);
        rune.EncodeToUtf16(destination.Extend(rune.Utf16SequenceLength));
        return width;
    }

    // Drops the spaces that a newly written part begins with when a space came before, and marks the others.
    private bool Squeeze(CharBuffer destination, int from, bool afterSpace)
    {
        var part = destination.Written[from..];
        if (part.IsEmpty)
        {
            return afterSpace;
        }

        var dropped = 0;
        while (afterSpace && dropped < part.Length && part[dropped] == ' ')
        {
            dropped++;
        }

        if (dropped > 0)
        {
            destination.Remove(from, dropped);
        }

        part = destination.Written[from..];
        var endsWithSpace = part.IsEmpty ? afterSpace : part[^1] == ' ';
        part.Replace(' ', SpaceNormalizer.Space);
        return _removesExtraSpaces && endsWithSpace;
    }
}

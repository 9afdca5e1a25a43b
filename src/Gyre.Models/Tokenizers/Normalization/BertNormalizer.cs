using System.Globalization;
using System.Text;
using Gyre.Models.Tokenizers.Scanning;

namespace Gyre.Models.Tokenizers.Normalization;

/// <summary>BERT's clean-up: control characters go, white space becomes spaces, ideographs stand alone, then accents and case.</summary>
/// <remarks>
/// Most characters become one character whatever stands beside them; what each becomes is found out once and remembered.
/// An accent that goes belongs to the character before it.
/// <para>Source: the BasicTokenizer of google-research/bert, in the order of the Hugging Face <c>tokenizers</c> library.</para>
/// </remarks>
internal sealed class BertNormalizer : Normalizer
{
    // What a unit becomes is one other unit, or one of these; neither is ever the text of a token.
    private const char Unasked = '\0';
    private const char Several = '\u0001';
    private const char Nothing = '\uFFFF';

    private static readonly UnicodeNormalizer Decomposition = new("NFD");

    private readonly bool _cleansText;
    private readonly bool _partsIdeographs;
    private readonly bool _stripsAccents;
    private readonly bool _lowersCase;

    // Filled while it is used: equal values whichever thread writes them.
    private readonly char[] _becomes = new char[char.MaxValue + 1];

    /// <param name="cleansText">Drops control characters and U+FFFD, and writes every white space as a space.</param>
    /// <param name="partsIdeographs">Puts spaces round CJK ideographs.</param>
    /// <param name="stripsAccents">Drops the marks of decomposed characters.</param>
    /// <param name="lowersCase">Writes lower case.</param>
    public BertNormalizer(bool cleansText, bool partsIdeographs, bool stripsAccents, bool lowersCase)
    {
        _cleansText = cleansText;
        _partsIdeographs = partsIdeographs;
        _stripsAccents = stripsAccents;
        _lowersCase = lowersCase;
    }

    public override void Apply(ReadOnlySpan<char> text, bool isFirst, CharBuffer destination)
    {
        var begin = destination.Length;
        if (destination.Origins is not null || !TryQuickly(text, destination))
        {
            destination.Truncate(begin);
            ApplyInSteps(text, isFirst, destination);
        }
    }

    /// <summary>The definition: one step after the other. Says where each unit comes from.</summary>
    public void ApplyInSteps(ReadOnlySpan<char> text, bool isFirst, CharBuffer destination)
    {
        var isTracked = destination.Origins is not null;
        var cleaned = new CharBuffer { Origins = isTracked ? new TextOrigins() : null };
        Clean(text, cleaned);
        if (_stripsAccents)
        {
            var decomposed = new CharBuffer { Origins = isTracked ? new TextOrigins() : null };
            Decomposition.Apply(cleaned.Written, isFirst, decomposed);
            decomposed.Origins?.Through(cleaned.Origins!); // Both follow the same flag.
            var stripped = new CharBuffer { Origins = isTracked ? new TextOrigins() : null };
            DropMarks(decomposed, stripped);
            cleaned = stripped;
        }

        ReadOnlySpan<char> lowered = _lowersCase ? cleaned.Written.ToString().ToLowerInvariant().AsSpan() : cleaned.Written;
        for (var i = 0; i < lowered.Length; i++)
        {
            if (cleaned.Origins is { } origins)
            {
                destination.From(origins[i].Start, origins[i].End);
            }

            destination.Append(lowered[i]);
        }
    }

    private bool TryQuickly(ReadOnlySpan<char> text, CharBuffer destination)
    {
        var becomes = _becomes;
        for (var at = 0; at < text.Length;)
        {
            // The part up to the next character that does not become exactly one is written in one go.
            var rest = text[at..];
            var room = destination.Extend(rest.Length);
            var count = 0;
            for (; count < rest.Length && becomes[rest[count]] is var unit and > Several and < Nothing; count++)
            {
                room[count] = unit;
            }

            destination.Truncate(destination.Length - (rest.Length - count));
            at += count;
            if (at < text.Length && !TryOther(text, ref at, destination))
            {
                return false;
            }
        }

        return true;
    }

    private bool TryOther(ReadOnlySpan<char> text, ref int at, CharBuffer destination)
    {
        var unit = text[at];
        if (char.IsSurrogate(unit))
        {
            var width = CharacterClasses.Width(text, at);
            at += width;
            return TryWrite(text.Slice(at - width, width), destination);
        }

        if (_becomes[unit] == Unasked)
        {
            var one = new CharBuffer();
            ApplyInSteps(text.Slice(at, 1), isFirst: false, one);
            _becomes[unit] = IsReordered(text.Slice(at, 1)) ? Several
                : one.Length == 0 ? Nothing
                : one.Length == 1 && one.Written[0] is > Several and < Nothing ? one.Written[0] : Several;
            return true;
        }

        at++;
        return _becomes[unit] == Nothing || TryWrite(text.Slice(at - 1, 1), destination);
    }

    private bool TryWrite(ReadOnlySpan<char> character, CharBuffer destination)
    {
        Rune.DecodeFromUtf16(character, out var rune, out _);
        if (_partsIdeographs && IsIdeograph(rune.Value) && !UnicodeForms.Table.TryDecompose(rune.Value, compatible: false, out _))
        {
            destination.Append(' ');
            destination.Append(character);
            destination.Append(' ');
            return true;
        }

        if (IsReordered(character))
        {
            return false;
        }

        ApplyInSteps(character, isFirst: false, destination);
        return true;
    }

    // A mark that stays and whose place depends on its neighbours: the whole text is put in order.
    private bool IsReordered(ReadOnlySpan<char> character)
    {
        Rune.DecodeFromUtf16(character, out var rune, out _);
        var parts = new List<int>();
        UnicodeForms.Table.Decompose(rune.Value, compatible: false, parts);
        return _stripsAccents && parts.Exists(part =>
            UnicodeForms.Table.ClassOf(part) != 0 && CharUnicodeInfo.GetUnicodeCategory(part) != UnicodeCategory.NonSpacingMark);
    }

    private void Clean(ReadOnlySpan<char> text, CharBuffer destination)
    {
        for (var at = 0; at < text.Length;)
        {
            Rune.DecodeFromUtf16(text[at..], out var rune, out var width);
            var character = text.Slice(at, width);
            destination.From(at, at + width);
            if (_cleansText && (rune.Value is 0 or 0xFFFD || IsControl(rune)))
            {
                // Stands for nothing.
            }
            else if (_cleansText && (rune.Value is '\t' or '\n' or '\r' || (CharacterClasses.At(character, 0, out _) & CharacterClass.Space) != CharacterClass.None))
            {
                destination.Append(' ');
            }
            else if (_partsIdeographs && IsIdeograph(rune.Value))
            {
                destination.From(at, at);
                destination.Append(' ');
                destination.Copy(character, at);
                destination.From(at + width, at + width);
                destination.Append(' ');
            }
            else
            {
                destination.Copy(character, at);
            }

            at += width;
        }
    }

    private static void DropMarks(CharBuffer decomposed, CharBuffer destination)
    {
        var text = decomposed.Written;
        for (var at = 0; at < text.Length;)
        {
            Rune.DecodeFromUtf16(text[at..], out var rune, out var width);
            var origin = decomposed.Origins?.RangeOf(at, at + width) ?? default;
            if (Rune.GetUnicodeCategory(rune) != UnicodeCategory.NonSpacingMark)
            {
                destination.From(origin.Start, origin.End);
                destination.Append(text.Slice(at, width));
            }
            else if (destination.Length > 0 && destination.Origins is { } origins && origins[destination.Length - 1] is { Length: > 0 } before && before.End == origin.Start)
            {
                origins.Extend(destination.Length - 1, origin.End);
            }

            at += width;
        }
    }

    private static bool IsControl(Rune rune) => rune.Value is not ('\t' or '\n' or '\r')
        && Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse
            or UnicodeCategory.OtherNotAssigned or UnicodeCategory.Surrogate;

    private static bool IsIdeograph(int value) => value is
        (>= 0x4E00 and <= 0x9FFF) or (>= 0x3400 and <= 0x4DBF) or (>= 0x20000 and <= 0x2A6DF) or (>= 0x2A700 and <= 0x2B73F)
        or (>= 0x2B740 and <= 0x2B81F) or (>= 0x2B820 and <= 0x2CEAF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x2F800 and <= 0x2FA1F);
}

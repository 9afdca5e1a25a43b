using System.Globalization;
using System.Text;

namespace Gyre.Evaluation.Metrics.Overlap;

/// <summary>The tokenizers of BLEU, as passes from one buffer to another.</summary>
/// <remarks>
/// Each pass is one substitution of the source: it goes from left to right and takes up what it replaced, so that a
/// character that ended one replacement does not begin the next.
/// </remarks>
internal static class BleuTokenization
{
    public static string Name(BleuTokenizer tokenizer) => tokenizer switch
    {
        BleuTokenizer.Mteval13a => "13a",
        BleuTokenizer.International => "intl",
        BleuTokenizer.Character => "char",
        BleuTokenizer.Chinese => "zh",
        BleuTokenizer.None => "none",
        _ => throw new ArgumentException($"Set up BLEU: found the tokenizer {tokenizer}; expected one that BleuTokenizer names.", nameof(tokenizer)),
    };

    /// <summary>Adds a text's words.</summary>
    public static void Read(BleuOptions options, string text, OverlapScratch scratch, IntBuffer destination)
    {
        var characters = PythonText.TrimEnd(text);
        if (options.Lowercase)
        {
            characters = PythonText.TrimEnd(text); // Lower case first, then the end, as the source; no lower case ends in whitespace.
            scratch.Text.Clear();
            PythonText.AppendLower(characters, scratch.Text);
            characters = scratch.Text.Span;
        }

        switch (options.Tokenizer)
        {
            case BleuTokenizer.None:
                scratch.Words.AddAll(characters, destination);
                break;
            case BleuTokenizer.Character:
                ReadCharacters(characters, scratch.Words, destination);
                break;
            case BleuTokenizer.International:
                scratch.Words.AddAll(International(characters, scratch), destination);
                break;
            case BleuTokenizer.Chinese:
                scratch.Words.AddAll(Western(Chinese(characters, scratch), scratch), destination);
                break;
            default:
                scratch.Words.AddAll(Western(Mteval(characters, scratch), scratch), destination);
                break;
        }
    }

    private static void ReadCharacters(ReadOnlySpan<char> text, WordTable words, IntBuffer destination)
    {
        for (var i = 0; i < text.Length;)
        {
            Rune.DecodeFromUtf16(text[i..], out _, out var length);
            if (!PythonText.IsSpace(text[i]))
            {
                destination.Add(words.Add(text.Slice(i, length)));
            }

            i += length;
        }
    }

    // What mteval-v13a does before it cuts: markers and line ends away, entities back to characters, a space on both sides.
    private static ReadOnlySpan<char> Mteval(ReadOnlySpan<char> text, OverlapScratch scratch)
    {
        if (text.ContainsAny('<', '\n', '&'))
        {
            var plain = text.ToString().Replace("<skipped>", "", StringComparison.Ordinal).Replace("-\n", "", StringComparison.Ordinal).Replace('\n', ' ');
            text = TextPasses.Entities(plain);
        }

        return TextPasses.Padded(text, Free(text, scratch));
    }

    private static ReadOnlySpan<char> Western(ReadOnlySpan<char> text, OverlapScratch scratch)
    {
        text = TextPasses.Symbols(text, Free(text, scratch));
        text = TextPasses.PointsAfterNonDigits(text, Free(text, scratch));
        text = TextPasses.PointsBeforeNonDigits(text, Free(text, scratch));
        return TextPasses.DashesAfterDigits(text, Free(text, scratch));
    }

    private static ReadOnlySpan<char> Chinese(ReadOnlySpan<char> text, OverlapScratch scratch)
    {
        var destination = Free(text, scratch);
        while (text.Length > 0 && PythonText.IsSpace(text[0]))
        {
            text = text[1..];
        }

        foreach (var character in text)
        {
            if (!IsChinese(character))
            {
                destination.Append(character);
                continue;
            }

            destination.Append(' ');
            destination.Append(character);
            destination.Append(' ');
        }

        return destination.Span;
    }

    // The source's table. Its two ranges of five hexadecimal digits mean, as it writes them, U+2001 to U+2A6D and U+2F81 to
    // U+2FA1, which takes the dashes and quotation marks of general punctuation for Chinese; kept, so that numbers agree.
    private static bool IsChinese(char character) => character
        is (>= '\u2001' and <= '\u2a6d') or (>= '\u2e80' and <= '\u2fdf') or (>= '\u2ff0' and <= '\u303f') or (>= '\u3100' and <= '\u312f')
        or (>= '\u31a0' and <= '\u31bf') or (>= '\u31c0' and <= '\u31ef') or (>= '\u3200' and <= '\u4db5') or (>= '\u4e00' and <= '\u9fbb')
        or (>= '\uf900' and <= '\ufa2d') or (>= '\ufa30' and <= '\ufa6a') or (>= '\ufa70' and <= '\ufad9') or (>= '\ufe10' and <= '\ufe1f')
        or (>= '\ufe30' and <= '\ufe4f') or (>= '\uff00' and <= '\uffef');

    private static ReadOnlySpan<char> International(ReadOnlySpan<char> text, OverlapScratch scratch)
    {
        text = Pairs(text, Free(text, scratch), IsNoNumber, IsPunctuation, "", " ", " ");
        text = Pairs(text, Free(text, scratch), IsPunctuation, IsNoNumber, " ", " ", "");
        var destination = Free(text, scratch);
        for (var i = 0; i < text.Length;)
        {
            var length = Next(text[i..], out var category);
            if (category is UnicodeCategory.MathSymbol or UnicodeCategory.CurrencySymbol or UnicodeCategory.ModifierSymbol or UnicodeCategory.OtherSymbol)
            {
                destination.Append(' ');
                destination.Append(text.Slice(i, length));
                destination.Append(' ');
            }
            else
            {
                destination.Append(text.Slice(i, length));
            }

            i += length;
        }

        return destination.Span;
    }

    // Every pair of neighbours of which the first and the second are of the wanted kinds, with text around and between.
    private static ReadOnlySpan<char> Pairs(
        ReadOnlySpan<char> text, CharBuffer destination, Func<UnicodeCategory, bool> first, Func<UnicodeCategory, bool> second, string before, string between, string after)
    {
        for (var i = 0; i < text.Length;)
        {
            var length = Next(text[i..], out var category);
            if (i + length < text.Length && first(category))
            {
                var next = Next(text[(i + length)..], out var following);
                if (second(following))
                {
                    destination.Append(before);
                    destination.Append(text.Slice(i, length));
                    destination.Append(between);
                    destination.Append(text.Slice(i + length, next));
                    destination.Append(after);
                    i += length + next;
                    continue;
                }
            }

            destination.Append(text.Slice(i, length));
            i += length;
        }

        return destination.Span;
    }

    private static int Next(ReadOnlySpan<char> text, out UnicodeCategory category)
    {
        if (Rune.DecodeFromUtf16(text, out var rune, out var length) != System.Buffers.OperationStatus.Done)
        {
            category = UnicodeCategory.Surrogate;
            return 1;
        }

        category = Rune.GetUnicodeCategory(rune);
        return length;
    }

    private static bool IsNoNumber(UnicodeCategory category) =>
        category is not (UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber);

    private static bool IsPunctuation(UnicodeCategory category) => category
        is UnicodeCategory.ConnectorPunctuation or UnicodeCategory.DashPunctuation or UnicodeCategory.OpenPunctuation or UnicodeCategory.ClosePunctuation
        or UnicodeCategory.InitialQuotePunctuation or UnicodeCategory.FinalQuotePunctuation or UnicodeCategory.OtherPunctuation;

    // The buffer, emptied, that the text does not stand in.
    private static CharBuffer Free(ReadOnlySpan<char> text, OverlapScratch scratch)
    {
        var free = text.Overlaps(scratch.Text.Span) ? scratch.Other : scratch.Text;
        free.Clear();
        return free;
    }
}

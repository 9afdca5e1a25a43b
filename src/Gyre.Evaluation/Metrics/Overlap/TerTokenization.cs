namespace Gyre.Evaluation.Metrics.Overlap;

/// <summary>Tercom's words: lower case and whitespace, and what the options add.</summary>
/// <remarks>
/// The source's three rules for runs of kana are left out: each is anchored to the text's beginning, where the space that
/// the source has put there stands, so that none ever applies.
/// </remarks>
internal static class TerTokenization
{
    public static void Read(TerOptions options, string text, TerScratch scratch, IntBuffer destination)
    {
        destination.Clear();
        var characters = PythonText.TrimEnd(text);
        if (characters.IsEmpty)
        {
            return;
        }

        if (!options.CaseSensitive)
        {
            scratch.Text.Clear();
            PythonText.AppendLower(characters, scratch.Text);
            characters = scratch.Text.Span;
        }

        if (options.Normalise)
        {
            characters = Normalise(options, characters, scratch);
        }

        if (options.WithoutPunctuation)
        {
            var kept = Free(characters, scratch);
            foreach (var character in characters)
            {
                if (!(IsPunctuation(character) || (options.AsianSupport && IsAsianPunctuation(character))))
                {
                    kept.Append(character);
                }
            }

            characters = kept.Span;
        }

        scratch.Words.AddAll(characters, destination);
    }

    private static ReadOnlySpan<char> Normalise(TerOptions options, ReadOnlySpan<char> text, TerScratch scratch)
    {
        if (text.ContainsAny('\n', '&'))
        {
            text = TextPasses.Entities(text.ToString().Replace("\n-", "", StringComparison.Ordinal).Replace('\n', ' '));
        }

        text = TextPasses.Padded(text, Free(text, scratch));
        text = TextPasses.Symbols(text, Free(text, scratch));
        text = TextPasses.Possessives(text, Free(text, scratch));
        text = TextPasses.PointsAfterNonDigits(text, Free(text, scratch));
        text = TextPasses.PointsBeforeNonDigits(text, Free(text, scratch));
        text = TextPasses.DashesAfterDigits(text, Free(text, scratch));
        if (!options.AsianSupport)
        {
            return text;
        }

        var apart = Free(text, scratch);
        foreach (var character in text)
        {
            if (IsAsian(character) || IsAsianPunctuation(character))
            {
                apart.Append(' ');
                apart.Append(character);
                apart.Append(' ');
            }
            else
            {
                apart.Append(character);
            }
        }

        return apart.Span;
    }

    private static bool IsPunctuation(char character) => character is '.' or ',' or '?' or ':' or ';' or '!' or '"' or '(' or ')';

    private static bool IsAsianPunctuation(char character) => character
        is '\u3001' or '\u3002' or (>= '\u3008' and <= '\u3011') or (>= '\u3014' and <= '\u301f') or (>= '\uff61' and <= '\uff65') or '\u30fb'
        or '\uff0e' or '\uff0c' or '\uff1f' or '\uff1a' or '\uff1b' or '\uff01' or '\uff02' or '\uff08' or '\uff09';

    // Ideographs, strokes, radicals and compatibility forms; the enclosed letters reach to U+3F22, as the source writes them.
    private static bool IsAsian(char character) => character
        is (>= '\u4e00' and <= '\u9fff') or (>= '\u3400' and <= '\u4dbf') or (>= '\u31c0' and <= '\u31ef') or (>= '\u2e80' and <= '\u2eff')
        or (>= '\u3300' and <= '\u33ff') or (>= '\uf900' and <= '\ufaff') or (>= '\ufe30' and <= '\ufe4f') or (>= '\u3200' and <= '\u3f22');

    private static CharBuffer Free(ReadOnlySpan<char> text, TerScratch scratch)
    {
        var free = text.Overlaps(scratch.Text.Span) ? scratch.Other : scratch.Text;
        free.Clear();
        return free;
    }
}

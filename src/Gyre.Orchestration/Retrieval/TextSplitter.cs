using System.Globalization;
using System.Text;

namespace Gyre.Orchestration.Retrieval;

/// <summary>Cuts a text into slices under a limit, at the greatest break that fits: paragraph, line, sentence, word, character.</summary>
/// <remarks>
/// Slices stand in the order of the text and are its own characters; all of it but white space between slices is in one.
/// A break counts when the slice is then filled to a quarter or more; the last such break of the greatest kind is taken. A Markdown heading stays
/// with what follows it. With an overlap each slice begins within the end of the one before, at a sentence's first word if one begins there,
/// else at a word, else inside one; where that is impossible <see cref="TextSlice.Gap"/> says why.
/// A character of several code points (an accent, an emoji joined of several) is not cut apart where it is of 32 units or fewer.
/// <para>Cost: time linear in the text for a given limit and overlap; allocates the list alone.</para>
/// </remarks>
public static class TextSplitter
{
    private const int MostCharacterUnits = 32;

    /// <summary>Kinds of break, the greatest first.</summary>
    private enum Break
    {
        Paragraph,
        Line,
        Sentence,
        Word,
        Character,
    }

    /// <summary>Cuts a text.</summary>
    /// <exception cref="OrchestrationException">ORC0006: limit or overlap are out of their range.</exception>
    public static IReadOnlyList<TextSlice> Split(string text, TextSplitterOptions options)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(options);
        options.Require();
        var slices = new List<TextSlice>();
        var length = text.AsSpan().TrimEnd().Length;
        for (var end = 0; NextWord(text, end, length) is var next && next < length;)
        {
            var (start, gap) = slices.Count == 0 ? (next, OverlapGap.First) : Begin(text, slices[^1], next, options);
            var overlap = Math.Max(0, end - start);
            end = length - start <= options.MostCharacters ? length : End(text, start, next, options.MostCharacters);
            slices.Add(new TextSlice(start, end - start, gap == OverlapGap.None ? overlap : 0, gap));
        }

        return slices;
    }

    private static int NextWord(string text, int from, int length)
    {
        while (from < length && char.IsWhiteSpace(text[from]))
        {
            from++;
        }

        return from;
    }

    /// <summary>Where a slice begins whose first new character stands at <paramref name="next"/>.</summary>
    private static (int Start, OverlapGap Gap) Begin(string text, TextSlice before, int next, TextSplitterOptions options)
    {
        if (options.Overlap == 0)
        {
            return (next, OverlapGap.NotAsked);
        }

        // Room for one new character of two units at least, or the text would not go forward.
        var room = next + 2 - options.MostCharacters;
        var least = Math.Max(Math.Max(before.Start, before.End - options.Overlap), room);
        var (word, any) = (-1, -1);
        for (var at = least; at < before.End; at++)
        {
            if (char.IsWhiteSpace(text[at]) || !IsWhole(text, at))
            {
                continue;
            }

            any = any < 0 ? at : any;
            if (at == 0 || char.IsWhiteSpace(text[at - 1]) || EndsWideSentence(text, at))
            {
                word = word < 0 ? at : word;
                if (at == before.Start || KindBefore(text, at) <= Break.Sentence)
                {
                    return (at, OverlapGap.None);
                }
            }
        }

        return word >= 0 ? (word, OverlapGap.None)
            : any >= 0 ? (any, OverlapGap.None)
            : (next, room >= before.End ? OverlapGap.SpaceTooLong : OverlapGap.CharacterTooLong);
    }

    /// <summary>The end of a slice that holds more than may stand in one.</summary>
    private static int End(string text, int start, int next, int most)
    {
        Span<int> best = [-1, -1, -1, -1];
        var limit = start + most;
        for (var at = limit; at > next && best[(int)Break.Paragraph] < 0; at--)
        {
            if (KindAt(text, at) is { } kind && best[(int)kind] < 0)
            {
                best[(int)kind] = at;
            }
        }

        foreach (var at in best)
        {
            if (at - start >= most / 4)
            {
                return at;
            }
        }

        foreach (var at in best)
        {
            if (at > next)
            {
                return at;
            }
        }

        for (var at = limit; at > Math.Max(next, limit - MostCharacterUnits); at--)
        {
            if (IsWhole(text, at))
            {
                return at;
            }
        }

        return char.IsLowSurrogate(text[limit]) && char.IsHighSurrogate(text[limit - 1]) ? limit - 1 : limit;
    }

    /// <summary>The break after the character before <paramref name="at"/>, or null when no word ends there.</summary>
    private static Break? KindAt(string text, int at)
    {
        if (char.IsWhiteSpace(text[at - 1]))
        {
            return null;
        }

        if (!char.IsWhiteSpace(text[at]))
        {
            return EndsWideSentence(text, at) ? Break.Sentence : null;
        }

        var kind = EndsSentence(text, at) ? Break.Sentence : Break.Word;
        var lines = 0;
        for (var i = at; i < text.Length && char.IsWhiteSpace(text[i]) && lines < 2; i++)
        {
            lines += text[i] == '\n' ? 1 : 0;
        }

        return lines == 0 ? kind : IsHeading(text, at) ? Break.Word : lines == 1 ? Break.Line : Break.Paragraph;
    }

    /// <summary>The break before the word that begins at <paramref name="at"/>.</summary>
    private static Break KindBefore(string text, int at)
    {
        var end = at;
        while (end > 0 && char.IsWhiteSpace(text[end - 1]))
        {
            end--;
        }

        return end == 0 ? Break.Paragraph : KindAt(text, end) ?? Break.Character;
    }

    /// <summary>A full stop, question or exclamation mark, with the quotes and brackets that close after it.</summary>
    private static bool EndsSentence(string text, int at)
    {
        var i = at - 1;
        while (i > 0 && text[i] is '"' or '\'' or ')' or ']' or '\u201D' or '\u2019' or '\u00BB')
        {
            i--;
        }

        return text[i] is '.' or '!' or '?' or '\u2026' || IsWideStop(text[i]);
    }

    /// <summary>Sentences of Chinese and Japanese end without a space.</summary>
    private static bool EndsWideSentence(string text, int at) => IsWideStop(text[at - 1]) && !IsWideStop(text[at]);

    private static bool IsWideStop(char c) => c is '\u3002' or '\uFF01' or '\uFF1F';

    /// <summary>True when the line that ends at <paramref name="at"/> is a Markdown heading: one to six number signs and a space.</summary>
    private static bool IsHeading(string text, int at)
    {
        var line = text.AsSpan(0, at);
        line = line[(line.LastIndexOf('\n') + 1)..];
        var signs = line.IndexOfAnyExcept('#');
        return signs is >= 1 and <= 6 && line[signs] == ' ';
    }

    /// <summary>True when a cut before <paramref name="at"/> parts no character.</summary>
    private static bool IsWhole(string text, int at)
    {
        if (at == 0 || at == text.Length)
        {
            return true;
        }

        if (char.IsLowSurrogate(text[at]) && char.IsHighSurrogate(text[at - 1]))
        {
            return false;
        }

        const char Joiner = '\u200D';
        if (text[at] < '\u0300' && text[at - 1] != Joiner)
        {
            return true;
        }

        Rune.DecodeFromUtf16(text.AsSpan(at), out var rune, out _);
        return text[at] != Joiner && text[at - 1] != Joiner && rune.Value is not (>= 0x1F3FB and <= 0x1F3FF)
            && Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark);
    }
}

using System.Text;

namespace Gyre.Training.Curation.Filtering;

/// <summary>The script that most letters of a text are in.</summary>
internal static class WritingScript
{
    public const string Latin = "und-Latn";
    private const string Kana = "ja";
    private const string Han = "zh";
    private const int MostLetters = 20_000;
    private const double LeastKana = 0.05;

    /// <summary>Scripts in the order of their code points; a script of one language is that language.</summary>
    private static readonly (int First, int Last, string Code)[] Scripts =
    [
        (0x0370, 0x03FF, "el"), (0x0400, 0x052F, "und-Cyrl"), (0x0530, 0x058F, "hy"), (0x0590, 0x05FF, "he"), (0x0600, 0x06FF, "und-Arab"), (0x0750, 0x077F, "und-Arab"),
        (0x0900, 0x097F, "und-Deva"), (0x0980, 0x09FF, "und-Beng"), (0x0A00, 0x0A7F, "pa"), (0x0A80, 0x0AFF, "gu"), (0x0B80, 0x0BFF, "ta"), (0x0C00, 0x0C7F, "te"), (0x0C80, 0x0CFF, "kn"),
        (0x0D00, 0x0D7F, "ml"), (0x0D80, 0x0DFF, "si"), (0x0E00, 0x0E7F, "th"), (0x0E80, 0x0EFF, "lo"), (0x1000, 0x109F, "my"), (0x10A0, 0x10FF, "ka"), (0x1100, 0x11FF, "ko"), (0x1200, 0x139F, "und-Ethi"),
        (0x1780, 0x17FF, "km"), (0x1F00, 0x1FFF, "el"), (0x3040, 0x30FF, Kana), (0x3400, 0x4DBF, Han), (0x4E00, 0x9FFF, Han), (0xAC00, 0xD7AF, "ko"), (0x20000, 0x323AF, Han),
    ];

    /// <summary>The code of the commonest script; null when there are fewer letters than needed (a third as many of scripts whose characters are syllables or words).</summary>
    public static string? Of(string text, int leastLetters)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        var letters = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (!Rune.IsLetter(rune))
            {
                continue;
            }

            var code = CodeOf(rune.Value);
            counts[code] = counts.GetValueOrDefault(code) + 1;
            if (++letters == MostLetters)
            {
                break;
            }
        }

        if (counts.Count == 0)
        {
            return null;
        }

        // Japanese is written with Chinese characters too; kana tell the two apart.
        if (counts.TryGetValue(Kana, out var kana) && counts.TryGetValue(Han, out var han) && kana >= LeastKana * (kana + han))
        {
            counts[Kana] = kana + han;
            counts.Remove(Han);
        }

        var best = counts.OrderByDescending(count => count.Value).ThenBy(count => count.Key, StringComparer.Ordinal).First();
        return best.Value >= (best.Key is Kana or Han or "ko" ? leastLetters / 3 : leastLetters) ? best.Key : null;
    }

    private static string CodeOf(int codePoint)
    {
        foreach (var (first, last, code) in Scripts)
        {
            if (codePoint < first)
            {
                break;
            }

            if (codePoint <= last)
            {
                return code;
            }
        }

        return codePoint < 0x0250 || codePoint is >= 0x1E00 and <= 0x1EFF or >= 0xFB00 and <= 0xFB06 or >= 0xFF21 and <= 0xFF5A ? Latin : "und";
    }
}

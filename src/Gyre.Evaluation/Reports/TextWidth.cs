using System.Globalization;
using System.Text;

namespace Gyre.Evaluation.Reports;

/// <summary>How many columns text takes in a terminal.</summary>
/// <remarks>Source: Unicode Standard Annex 11 (East Asian Width), its wide blocks; marks that combine and format characters take none.</remarks>
internal static class TextWidth
{
    public static int Of(string text)
    {
        var width = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            width += Of(rune);
        }

        return width;
    }

    /// <summary>The text in at most so many columns, its end replaced by "…" when it is longer.</summary>
    public static string Clip(string text, int width)
    {
        if (Of(text) <= width)
        {
            return text;
        }

        var clipped = new StringBuilder();
        var left = width - 1;
        foreach (var rune in text.EnumerateRunes())
        {
            left -= Of(rune);
            if (left < 0)
            {
                break;
            }

            clipped.Append(rune.ToString());
        }

        return clipped.Append('…').ToString();
    }

    /// <summary>The text, clipped or filled to exactly so many columns.</summary>
    public static string Fit(string text, int width, bool isRight)
    {
        var clipped = Clip(text, width);
        var fill = new string(' ', Math.Max(0, width - Of(clipped)));
        return isRight ? fill + clipped : clipped + fill;
    }

    private static int Of(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format ? 0
        : rune.Value is (>= 0x1100 and <= 0x115F) or (>= 0x2E80 and <= 0x303E) or (>= 0x3041 and <= 0xA4CF) or (>= 0xA960 and <= 0xA97F) or (>= 0xAC00 and <= 0xD7A3)
            or (>= 0xF900 and <= 0xFAFF) or (>= 0xFE30 and <= 0xFE6F) or (>= 0xFF00 and <= 0xFF60) or (>= 0xFFE0 and <= 0xFFE6) or (>= 0x1F300 and <= 0x1F64F)
            or (>= 0x1F680 and <= 0x1F6FF) or (>= 0x1F900 and <= 0x1FAFF) or (>= 0x20000 and <= 0x3FFFD) ? 2
        : 1;
}

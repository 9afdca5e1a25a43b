using System.Globalization;

namespace Gyre.Cli.Training;

/// <summary>How the views of a run write times and texts.</summary>
internal static class TrainFormat
{
    /// <summary><c>59 s</c>, <c>12:05</c> or <c>1:02:33</c>.</summary>
    public static string Time(TimeSpan time)
    {
        if (time.TotalSeconds < 60)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0} s");
        }

        return time.TotalHours < 1
            ? string.Create(CultureInfo.InvariantCulture, $"{time.Minutes}:{time.Seconds:00}")
            : string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours}:{time.Minutes:00}:{time.Seconds:00}");
    }

    /// <summary>The text on one line, cut with an ellipsis.</summary>
    public static string OneLine(string text, int maxCharacters)
    {
        var line = text.ReplaceLineEndings(" ⏎ ");
        return line.Length <= maxCharacters ? line : string.Concat(line.AsSpan(0, maxCharacters - 1), "…");
    }
}

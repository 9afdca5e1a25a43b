using System.Globalization;

namespace Gyre.Evaluation.Metrics.Answers;

/// <summary>The number that an answer ends with, compared by value: "1,000", "$1000" and "1000.00" are equal.</summary>
/// <remarks>
/// A number is digits with an optional sign, thousands separated by commas in groups of three, and an optional part after a point.
/// Up to 28 digits are compared exactly; a number of more digits is no number here.
/// <para>Cost: one pass over the text.</para>
/// <para>Source: Cobbe et al. 2021 (GSM8K): the reference's answer stands behind "####".</para>
/// </remarks>
public static class NumericAnswer
{
    private const string Mark = "####";
    private const int MostDigits = 28;

    /// <summary><c>numeric-match</c>: the last number of the candidate, or the one behind its last "####", is that of a reference.</summary>
    public static IMetric<TextSample> Metric { get; } = BestReference.Mean(
        "numeric-match",
        MetricForm.Share("Cobbe et al. 2021; the last number counts when no #### stands there"),
        (candidate, reference) => Compare(candidate, reference, marked: false));

    /// <summary><c>numeric-match-marked</c>: only a number behind "####" counts as the candidate's answer.</summary>
    public static IMetric<TextSample> MarkedMetric { get; } = BestReference.Mean(
        "numeric-match-marked",
        MetricForm.Share("Cobbe et al. 2021; an answer without #### is wrong"),
        (candidate, reference) => Compare(candidate, reference, marked: true));

    /// <summary>The number behind the text's last "####", or none.</summary>
    public static bool TryReadMarked(string text, out decimal number)
    {
        ArgumentNullException.ThrowIfNull(text);
        var at = text.LastIndexOf(Mark, StringComparison.Ordinal);
        number = 0;
        return at >= 0 && TryFind(text.AsSpan(at + Mark.Length), last: false, out number);
    }

    /// <summary>The number behind the text's last "####", else the last number of the text, or none.</summary>
    public static bool TryRead(string text, out decimal number) => TryReadMarked(text, out number) || TryFind(text, last: true, out number);

    private static MetricValue Compare(string candidate, string reference, bool marked)
    {
        if (!TryRead(reference, out var wanted))
        {
            return MetricValue.Undefined(UndefinedCause.EmptyReference, "the reference holds no number");
        }

        var isRead = marked ? TryReadMarked(candidate, out var found) : TryRead(candidate, out found);
        return MetricValue.Of(isRead && found == wanted ? 1 : 0);
    }

    private static bool TryFind(ReadOnlySpan<char> text, bool last, out decimal number)
    {
        number = 0;
        var isFound = false;
        for (var at = 0; at < text.Length;)
        {
            if (!char.IsAsciiDigit(text[at]) && !(text[at] == '.' && at + 1 < text.Length && char.IsAsciiDigit(text[at + 1])))
            {
                at++;
                continue;
            }

            var end = EndOf(text, at);
            if (TryParse(text[at..end], IsNegative(text, at), out var value))
            {
                (number, isFound) = (value, true);
                if (!last)
                {
                    return true;
                }
            }

            at = end;
        }

        return isFound;
    }

    /// <summary>The end of the number that begins here; a comma belongs to it when exactly three digits follow.</summary>
    private static int EndOf(ReadOnlySpan<char> text, int start)
    {
        var at = start;
        while (at < text.Length)
        {
            if (char.IsAsciiDigit(text[at]))
            {
                at++;
            }
            else if (text[at] == ',' && at + 3 < text.Length && DigitsAt(text, at + 1) == 3)
            {
                at += 4;
            }
            else
            {
                break;
            }
        }

        return at + 1 < text.Length && text[at] == '.' && char.IsAsciiDigit(text[at + 1]) ? at + 1 + DigitsAt(text, at + 1, int.MaxValue) : at;
    }

    private static int DigitsAt(ReadOnlySpan<char> text, int at, int most = 4)
    {
        var count = 0;
        while (count < most && at + count < text.Length && char.IsAsciiDigit(text[at + count]))
        {
            count++;
        }

        return count;
    }

    /// <summary>A minus counts as a sign unless it stands behind a letter, a digit or a bracket: "5-3" ends with 3.</summary>
    private static bool IsNegative(ReadOnlySpan<char> text, int at)
    {
        if (at > 0 && text[at - 1] == '$')
        {
            at--;
        }

        return at > 0 && text[at - 1] is '-' or '\u2212' && (at == 1 || !(char.IsLetterOrDigit(text[at - 2]) || text[at - 2] == ')'));
    }

    private static bool TryParse(ReadOnlySpan<char> text, bool isNegative, out decimal number)
    {
        number = 0;
        if (text.Length - text.Count(',') - text.Count('.') > MostDigits
            || !decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out number))
        {
            return false;
        }

        number = isNegative ? -number : number;
        return true;
    }
}

namespace Gyre.Models.Templates.Jinja;

/// <summary>Finds text in text, in time that grows with the sum of their lengths and not with their product.</summary>
internal static class TextSearch
{
    // The search of .NET looks at each place for at most the part's length: no more than this keeps it linear.
    private const int MaxShort = 64;

    /// <summary>The first place of a part, or the last one from the right; -1 when there is none.</summary>
    public static int IndexOf(string text, string part, bool fromRight, RenderBudget budget)
    {
        foreach (var at in Occurrences(text, part, fromRight, budget))
        {
            return at;
        }

        return -1;
    }

    /// <summary>The places of a part that do not overlap; of an empty part, the first one only.</summary>
    public static IEnumerable<int> Occurrences(string text, string part, bool fromRight, RenderBudget budget)
    {
        budget.ChargeReading(text.Length + (long)part.Length);
        return part.Length == 0 ? [fromRight ? text.Length : 0]
            : part.Length > text.Length ? []
            : part.Length <= MaxShort && !fromRight ? Short(text, part, budget)
            : Linear(text, part, fromRight, budget);
    }

    private static IEnumerable<int> Short(string text, string part, RenderBudget budget)
    {
        for (var at = text.IndexOf(part, StringComparison.Ordinal); at >= 0; at = text.IndexOf(part, at + part.Length, StringComparison.Ordinal))
        {
            budget.Charge(1);
            yield return at;
        }
    }

    // Knuth, Morris and Pratt; from the right, both texts are read backwards.
    private static IEnumerable<int> Linear(string text, string part, bool fromRight, RenderBudget budget)
    {
        budget.ChargeText(2L * part.Length); // The table below has the size of two characters for each one.
        var borders = Borders(part, fromRight);
        var matched = 0;
        for (var i = 0; i < text.Length; i++)
        {
            matched = Extend(part, borders, matched, UnitAt(text, i, fromRight), fromRight);
            if (matched == part.Length)
            {
                budget.Charge(1);
                yield return fromRight ? text.Length - 1 - i : i + 1 - part.Length;
                matched = 0;
            }
        }
    }

    // For each beginning of a part, the length of the longest shorter beginning that it also ends with.
    private static int[] Borders(string part, bool fromRight)
    {
        var borders = new int[part.Length];
        for (var i = 1; i < part.Length; i++)
        {
            borders[i] = Extend(part, borders, borders[i - 1], UnitAt(part, i, fromRight), fromRight);
        }

        return borders;
    }

    private static int Extend(string part, int[] borders, int matched, char unit, bool fromRight)
    {
        while (matched > 0 && UnitAt(part, matched, fromRight) != unit)
        {
            matched = borders[matched - 1];
        }

        return UnitAt(part, matched, fromRight) == unit ? matched + 1 : 0;
    }

    private static char UnitAt(string text, int index, bool fromRight) => fromRight ? text[text.Length - 1 - index] : text[index];
}

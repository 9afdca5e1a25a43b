namespace Gyre.Models.Templates.Jinja;

/// <summary>Items, lengths and slices of values that hold others; text counts in code points, as in Python.</summary>
internal static class Sequences
{
    /// <summary>The items of a value; null when it has none.</summary>
    public static IReadOnlyList<object?>? ItemsOf(object? value, RenderBudget budget)
    {
        switch (value)
        {
            case ListValue list:
                budget.Charge(list.Items.Count);
                return list.Items;
            case DictionaryValue dictionary:
                budget.Charge(dictionary.Count);
                return [.. dictionary.Entries.Select(entry => KeyOf(entry.Key))];
            case string text:
                return CharactersOf(text, budget);
            case Undefined:
                return [];
            default:
                return null;
        }
    }

    /// <summary>The length of a value; null when it has none.</summary>
    public static long? LengthOf(object? value, RenderBudget budget) => value switch
    {
        ListValue list => list.Items.Count,
        DictionaryValue dictionary => dictionary.Count,
        string text => CodePoints(text, budget),
        Undefined => 0,
        _ => null,
    };

    /// <summary>A key as templates see it.</summary>
    public static object? KeyOf(object key) => key is string or long or double or bool or ListValue ? key : null;

    /// <summary>The item of a list or text at a place, counted from the end when negative; false when there is none.</summary>
    public static bool TryItemAt(object? value, long index, RenderBudget budget, out object? item)
    {
        item = null;
        if (value is string text)
        {
            return TryCharacterAt(text, index, budget, out item);
        }

        if (value is not ListValue list)
        {
            return false;
        }

        index += index < 0 ? list.Items.Count : 0;
        if (index < 0 || index >= list.Items.Count)
        {
            return false;
        }

        item = list.Items[(int)index];
        return true;
    }

    /// <summary><c>value[start:stop:step]</c>.</summary>
    public static object? Slice(object? value, long? start, long? stop, long? step, RenderBudget budget)
    {
        if (step == 0)
        {
            throw TemplateErrors.Evaluation(budget.Position, "a slice has step 0");
        }

        if (value is Undefined)
        {
            return new ListValue([]);
        }

        if (value is not (ListValue or string))
        {
            throw TemplateErrors.Evaluation(budget.Position, $"{Values.Describe(value)} is sliced");
        }

        if (value is string text && step is null or 1)
        {
            return Part(text, start, stop, budget);
        }

        var list = value as ListValue;
        var items = list?.Items ?? CharactersOf((string)value, budget);
        var by = Math.Clamp(step ?? 1, -items.Count - 1L, items.Count + 1L); // A longer step picks one item, too.
        var (first, last) = Bounds(items.Count, start, stop, by);
        var count = Math.Max(by > 0 ? (last - first + by - 1) / by : (first - last - by - 1) / -by, 0);
        budget.Charge(count);
        var picked = new object?[count];
        for (var i = 0; i < picked.Length; i++)
        {
            picked[i] = items[(int)(first + (i * by))];
        }

        return list is not null ? new ListValue(picked, list.IsTuple) : string.Concat(picked);
    }

    // Text between two places that count in code points.
    private static string Part(string text, long? start, long? stop, RenderBudget budget)
    {
        var length = CodePoints(text, budget);
        var (from, to) = Bounds(length, start, stop, 1);
        if (from >= to)
        {
            return "";
        }

        budget.ChargeText(text.Length);
        if (length == text.Length)
        {
            return text.Substring((int)from, (int)(to - from));
        }

        var first = Skip(text, 0, from);
        return text[first..Skip(text, first, to - from)];
    }

    private static int Skip(string text, int at, long codePoints)
    {
        for (; codePoints > 0; codePoints--)
        {
            at += WidthAt(text, at);
        }

        return at;
    }

    private static object?[] CharactersOf(string text, RenderBudget budget)
    {
        budget.ChargeText(text.Length);
        budget.Charge(text.Length);
        var characters = new object?[CodePoints(text, budget)];
        for (int i = 0, at = 0; i < characters.Length; i++)
        {
            var width = WidthAt(text, at);
            characters[i] = text.Substring(at, width);
            at += width;
        }

        return characters;
    }

    // Goes from the nearer end to the place, not through the whole text.
    private static bool TryCharacterAt(string text, long index, RenderBudget budget, out object? character)
    {
        character = null;
        var isFromEnd = index < 0;
        var skipped = isFromEnd ? -(index + 1) : index;
        if (skipped >= text.Length)
        {
            return false;
        }

        budget.ChargeReading(skipped);
        var at = isFromEnd ? text.Length - WidthBefore(text, text.Length) : 0;
        for (; skipped > 0 && at < text.Length && (at > 0 || !isFromEnd); skipped--)
        {
            at += isFromEnd ? -WidthBefore(text, at) : WidthAt(text, at);
        }

        if (skipped > 0 || at == text.Length)
        {
            return false;
        }

        character = text.Substring(at, WidthAt(text, at));
        return true;
    }

    private static int WidthAt(string text, int at) => at + 1 < text.Length && char.IsSurrogatePair(text[at], text[at + 1]) ? 2 : 1;

    private static int WidthBefore(string text, int end) => end > 1 && char.IsSurrogatePair(text[end - 2], text[end - 1]) ? 2 : 1;

    private static (long First, long Last) Bounds(long length, long? start, long? stop, long step)
    {
        var (low, high) = step > 0 ? (0L, length) : (-1L, length - 1);
        return (Clamp(start, step > 0 ? low : high), Clamp(stop, step > 0 ? high : low));

        long Clamp(long? bound, long otherwise) => bound switch
        {
            null => otherwise,
            < 0 => Math.Max(bound.Value + length < 0 ? low : bound.Value + length, low),
            _ => Math.Min(bound.Value, high),
        };
    }

    private static int CodePoints(string text, RenderBudget budget)
    {
        budget.ChargeReading(text.Length);
        var pairs = 0;
        for (var at = text.AsSpan().IndexOfAnyInRange('\uD800', '\uDBFF'); at >= 0 && at < text.Length; at++)
        {
            pairs += at + 1 < text.Length && char.IsSurrogatePair(text[at], text[at + 1]) ? 1 : 0;
        }

        return text.Length - pairs;
    }
}

namespace Gyre.Models.Templates.Jinja;

/// <summary>Items, lengths and slices of values that hold others; text counts in code points, as in Python.</summary>
internal static class Sequences
{
    /// <summary>The items of a value; null when it has none.</summary>
    public static IReadOnlyList<object?>? ItemsOf(object? value) => value switch
    {
        ListValue list => list.Items,
        DictionaryValue dictionary => [.. dictionary.Entries.Select(entry => KeyOf(entry.Key))],
        string text => CharactersOf(text),
        Undefined => [],
        _ => null,
    };

    /// <summary>The length of a value; null when it has none.</summary>
    public static long? LengthOf(object? value) => value switch
    {
        ListValue list => list.Items.Count,
        DictionaryValue dictionary => dictionary.Count,
        string text => CodePoints(text),
        Undefined => 0,
        _ => null,
    };

    /// <summary>A key as templates see it.</summary>
    public static object? KeyOf(object key) => key is string or long or double or bool or ListValue ? key : null;

    /// <summary>The characters of a text, each as a text.</summary>
    public static object?[] CharactersOf(string text)
    {
        var characters = new List<object?>(text.Length);
        for (var at = 0; at < text.Length;)
        {
            var width = char.IsHighSurrogate(text[at]) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]) ? 2 : 1;
            characters.Add(text.Substring(at, width));
            at += width;
        }

        return [.. characters];
    }

    /// <summary>The item at a place, counted from the end when negative; false when there is none.</summary>
    public static bool TryItemAt(object? value, long index, out object? item)
    {
        item = null;
        if (value is not (ListValue or string) || LengthOf(value) is not { } length)
        {
            return false;
        }

        index += index < 0 ? length : 0;
        if (index < 0 || index >= length)
        {
            return false;
        }

        item = value is ListValue list ? list.Items[(int)index]
            : value is string text && length == text.Length ? text[(int)index].ToString()
            : CharactersOf((string)value)[index];
        return true;
    }

    /// <summary><c>value[start:stop:step]</c>.</summary>
    public static object? Slice(object? value, long? start, long? stop, long? step, Position position)
    {
        if (step == 0)
        {
            throw TemplateErrors.Evaluation(position, "a slice has step 0");
        }

        if (value is Undefined)
        {
            return new ListValue([]);
        }

        if (value is not (ListValue or string))
        {
            throw TemplateErrors.Evaluation(position, $"{Values.Describe(value)} is sliced");
        }

        var items = value is ListValue list ? list.Items : null;
        var text = value as string;
        if (text is not null && step is null or 1 && CodePoints(text) == text.Length)
        {
            var (from, to) = Bounds(text.Length, start, stop, 1);
            return from < to ? text.Substring((int)from, (int)(to - from)) : "";
        }

        items ??= CharactersOf(text!); // A value that is no list is text.
        var (first, last) = Bounds(items.Count, start, stop, step ?? 1);
        var picked = new List<object?>();
        var by = step ?? 1;
        for (var at = first; by > 0 ? at < last : at > last; at = by > items.Count ? last : by < -items.Count ? last : at + by)
        {
            picked.Add(items[(int)at]);
        }

        return text is null ? new ListValue(picked, ((ListValue)value).IsTuple) : string.Concat(picked);
    }

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

    private static int CodePoints(string text)
    {
        var pairs = 0;
        for (var at = text.AsSpan().IndexOfAnyInRange('\uD800', '\uDBFF'); at >= 0 && at < text.Length; at++)
        {
            pairs += at + 1 < text.Length && char.IsSurrogatePair(text[at], text[at + 1]) ? 1 : 0;
        }

        return text.Length - pairs;
    }
}

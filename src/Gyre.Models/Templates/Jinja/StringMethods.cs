using System.Text;

namespace Gyre.Models.Templates.Jinja;

/// <summary>The methods of Python's text type that templates call. Each charges its work before it does it.</summary>
internal static class StringMethods
{
    private const int MaxLookedThrough = 64;

    /// <summary>A method bound to a text, or null when there is no such method.</summary>
    public static Callable? Find(string text, string name)
    {
        Func<CallArguments, object?>? method = name switch
        {
            "strip" => arguments => Trim(text, Characters(arguments), left: true, right: true, arguments.Budget),
            "lstrip" => arguments => Trim(text, Characters(arguments), left: true, right: false, arguments.Budget),
            "rstrip" => arguments => Trim(text, Characters(arguments), left: false, right: true, arguments.Budget),
            "split" => arguments => Split(text, arguments, fromRight: false),
            "rsplit" => arguments => Split(text, arguments, fromRight: true),
            "splitlines" => arguments => SplitLines(text, arguments.Budget),
            "startswith" => arguments => Affixes(arguments).Any(affix => text.StartsWith(affix, StringComparison.Ordinal)),
            "endswith" => arguments => Affixes(arguments).Any(affix => text.EndsWith(affix, StringComparison.Ordinal)),
            "replace" => arguments => Replace(text, arguments.Text(0, "old"), arguments.Text(1, "new"), arguments.Integer(2, "count", -1), arguments.Budget),
            "upper" => arguments => Made(text, arguments).ToUpperInvariant(),
            "lower" or "casefold" => arguments => Made(text, arguments).ToLowerInvariant(),
            "title" => arguments => Title(Made(text, arguments)),
            "capitalize" => arguments => Capitalize(Made(text, arguments)),
            "swapcase" => arguments => string.Concat(Made(text, arguments).Select(unit => char.IsUpper(unit) ? char.ToLowerInvariant(unit) : char.ToUpperInvariant(unit))),
            "find" => arguments => (long)TextSearch.IndexOf(text, arguments.Text(0, "sub"), fromRight: false, arguments.Budget),
            "rfind" => arguments => (long)TextSearch.IndexOf(text, arguments.Text(0, "sub"), fromRight: true, arguments.Budget),
            "index" => arguments => TextSearch.IndexOf(text, arguments.Text(0, "sub"), fromRight: false, arguments.Budget) is >= 0 and var at
                ? (long)at : throw arguments.Fault("looks for text that is not there"),
            "count" => arguments => Count(text, arguments.Text(0, "sub"), arguments.Budget),
            "join" => arguments => Join(text, arguments),
            "format" => arguments => BraceFormat.Apply(text, arguments),
            "removeprefix" => arguments => arguments.Text(0, "prefix") is var prefix && Made(text, arguments).StartsWith(prefix, StringComparison.Ordinal) ? text[prefix.Length..] : text,
            "removesuffix" => arguments => arguments.Text(0, "suffix") is var suffix && Made(text, arguments).EndsWith(suffix, StringComparison.Ordinal) ? text[..^suffix.Length] : text,
            "partition" => arguments => Partition(text, arguments, fromRight: false),
            "rpartition" => arguments => Partition(text, arguments, fromRight: true),
            "isdigit" or "isdecimal" or "isnumeric" => arguments => All(text, char.IsDigit, arguments),
            "isalpha" => arguments => All(text, char.IsLetter, arguments),
            "isalnum" => arguments => All(text, char.IsLetterOrDigit, arguments),
            "isspace" => arguments => All(text, IsSpace, arguments),
            "isupper" => arguments => Made(text, arguments).Any(char.IsUpper) && !text.Any(char.IsLower),
            "islower" => arguments => Made(text, arguments).Any(char.IsLower) && !text.Any(char.IsUpper),
            "zfill" => arguments => Pad(text, arguments, (value, width) => value.StartsWith('-') ? "-" + value[1..].PadLeft(width - 1, '0') : value.PadLeft(width, '0')),
            "ljust" => arguments => Pad(text, arguments, (value, width) => value.PadRight(width)),
            "rjust" => arguments => Pad(text, arguments, (value, width) => value.PadLeft(width)),
            "center" => arguments => Pad(text, arguments, Center),
            _ => null,
        };
        return method is null ? null : new Callable(name, method);
    }

    /// <summary>Removes characters at the ends: white space, or those given.</summary>
    public static string Trim(string text, string? characters, bool left, bool right, RenderBudget budget)
    {
        budget.ChargeText(text.Length);
        Func<char, bool> isTrimmed = characters is null ? IsSpace : OneOf(characters, budget);
        var start = 0;
        var end = text.Length;
        while (left && start < end && isTrimmed(text[start]))
        {
            start++;
        }

        while (right && end > start && isTrimmed(text[end - 1]))
        {
            end--;
        }

        return text[start..end];
    }

    /// <summary>Replaces occurrences, all of them when the count is negative.</summary>
    public static string Replace(string text, string old, string @new, long count, RenderBudget budget)
    {
        var left = count < 0 ? long.MaxValue : count;
        var replaced = new MeteredText(budget);
        var at = 0;
        foreach (var found in old.Length == 0 ? Places(text, budget) : TextSearch.Occurrences(text, old, fromRight: false, budget))
        {
            if (left-- == 0)
            {
                break;
            }

            replaced.Append(text.AsSpan(at, found - at)).Append(@new);
            at = found + old.Length;
        }

        return replaced.Append(text.AsSpan(at)).ToString();
    }

    /// <summary>First letter upper, the rest lower.</summary>
    public static string Capitalize(string text) =>
        text.Length == 0 ? text : text[..1].ToUpperInvariant() + text[1..].ToLowerInvariant();

    /// <summary>The lines of a text without their ends.</summary>
    public static IEnumerable<string> Lines(string text)
    {
        var start = 0;
        while (start < text.Length)
        {
            var length = text.AsSpan(start).IndexOfAny("\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029");
            if (length < 0)
            {
                yield return text[start..];
                yield break;
            }

            yield return text.Substring(start, length);
            start += length + (text.AsSpan(start + length).StartsWith("\r\n", StringComparison.Ordinal) ? 2 : 1);
        }
    }

    /// <summary>The length of a text once it is padded to the argument <c>width</c>, charged.</summary>
    public static int PaddedLength(string text, CallArguments arguments, long otherwise)
    {
        var length = Math.Max(arguments.Integer(0, "width", otherwise), text.Length);
        arguments.Budget.ChargeText(length);
        return (int)Math.Min(length, int.MaxValue / 4);
    }

    /// <summary>Puts spaces on both sides.</summary>
    public static string Center(string text, int width)
    {
        var space = Math.Max(width - text.Length, 0);
        var left = (space / 2) + (space & width & 1);
        return new string(' ', left) + text + new string(' ', space - left);
    }

    // The text itself, after charging for another one of its length.
    private static string Made(string text, CallArguments arguments)
    {
        arguments.Budget.ChargeText(text.Length);
        return text;
    }

    // Every place between characters, both ends included.
    private static IEnumerable<int> Places(string text, RenderBudget budget)
    {
        budget.Charge(text.Length + 1L);
        return Enumerable.Range(0, text.Length + 1);
    }

    private static bool IsSpace(char unit) => char.IsWhiteSpace(unit) || unit is >= '\x1c' and <= '\x1f';

    // Few characters are looked through for each one that is tested, many are put into a table.
    private static Func<char, bool> OneOf(string characters, RenderBudget budget)
    {
        if (characters.Length <= MaxLookedThrough)
        {
            return unit => characters.Contains(unit, StringComparison.Ordinal);
        }

        budget.ChargeText(char.MaxValue + (long)characters.Length);
        var table = new bool[char.MaxValue + 1];
        foreach (var unit in characters)
        {
            table[unit] = true;
        }

        return unit => table[unit];
    }

    private static bool All(string text, Func<char, bool> wanted, CallArguments arguments)
    {
        arguments.Budget.ChargeReading(text.Length);
        return text.Length > 0 && text.All(wanted);
    }

    private static string? Characters(CallArguments arguments) =>
        arguments.TryGet(0, "chars", out var characters) && characters is not null ? arguments.Text(0, "chars") : null;

    private static IEnumerable<string> Affixes(CallArguments arguments)
    {
        IReadOnlyList<object?> affixes = arguments.Required(0, "affix") is ListValue { IsTuple: true } several ? several.Items : [arguments.Text(0, "affix")];
        foreach (var affix in affixes)
        {
            arguments.Budget.Charge(1);
            if (affix is string text)
            {
                arguments.Budget.ChargeReading(text.Length); // At most this much is compared.
                yield return text;
            }
        }
    }

    private static string Join(string separator, CallArguments arguments)
    {
        var joined = new MeteredText(arguments.Budget);
        var items = arguments.Renderer.Iterate(arguments.Required(0, "items"), arguments.Position);
        for (var i = 0; i < items.Count; i++)
        {
            joined.Append(i > 0 ? separator : "");
            joined.Append(items[i] as string ?? throw arguments.Fault($"joins {Values.Describe(items[i])}; expected text"));
        }

        return joined.ToString();
    }

    private static ListValue SplitLines(string text, RenderBudget budget)
    {
        budget.ChargeText(text.Length);
        var lines = new List<object?>();
        foreach (var line in Lines(text))
        {
            budget.Charge(1);
            lines.Add(line);
        }

        return new ListValue(lines);
    }

    private static ListValue Split(string text, CallArguments arguments, bool fromRight)
    {
        arguments.Budget.ChargeText(text.Length);
        var limit = arguments.Integer(1, "maxsplit", -1);
        var max = limit < 0 ? int.MaxValue : (int)Math.Min(limit, int.MaxValue - 1);
        if (arguments.TryGet(0, "sep", out var separator) && separator is not null)
        {
            var by = arguments.Text(0, "sep");
            return by.Length == 0 ? throw arguments.Fault("splits at an empty text") : new ListValue(Cut(text, by, max, fromRight, arguments.Budget));
        }

        return new ListValue([.. CutAtSpace(text, max, fromRight, arguments.Budget)]);
    }

    private static List<object?> Cut(string text, string by, int max, bool fromRight, RenderBudget budget)
    {
        var parts = new List<object?>();
        var (start, end) = (0, text.Length);
        foreach (var found in TextSearch.Occurrences(text, by, fromRight, budget))
        {
            if (parts.Count == max)
            {
                break;
            }

            parts.Add(fromRight ? text[(found + by.Length)..end] : text[start..found]);
            (start, end) = fromRight ? (start, found) : (found + by.Length, end);
        }

        parts.Add(text[start..end]);
        if (fromRight)
        {
            parts.Reverse();
        }

        return parts;
    }

    private static List<string> CutAtSpace(string text, int max, bool fromRight, RenderBudget budget)
    {
        var words = new List<(int Start, int End)>();
        for (var at = 0; at < text.Length;)
        {
            var start = at;
            while (at < text.Length && !IsSpace(text[at]))
            {
                at++;
            }

            if (at > start)
            {
                budget.Charge(1);
                words.Add((start, at));
            }

            at++;
        }

        if (words.Count <= max || words.Count == 0)
        {
            return [.. words.Select(word => text[word.Start..word.End])];
        }

        return fromRight
            ? [text[..words[words.Count - max - 1].End].TrimStart(), .. words.Skip(words.Count - max).Select(word => text[word.Start..word.End])]
            : [.. words.Take(max).Select(word => text[word.Start..word.End]), text[words[max].Start..].TrimEnd()];
    }

    private static ListValue Partition(string text, CallArguments arguments, bool fromRight)
    {
        var separator = arguments.Text(0, "sep");
        var at = TextSearch.IndexOf(Made(text, arguments), separator, fromRight, arguments.Budget);
        object?[] parts = at >= 0 ? [text[..at], separator, text[(at + separator.Length)..]] : fromRight ? ["", "", text] : [text, "", ""];
        return new ListValue(parts, isTuple: true);
    }

    private static long Count(string text, string part, RenderBudget budget) =>
        part.Length == 0 ? text.Length + 1L : TextSearch.Occurrences(text, part, fromRight: false, budget).LongCount();

    private static string Title(string text)
    {
        var result = new StringBuilder(text.Length);
        var inWord = false;
        foreach (var unit in text)
        {
            result.Append(inWord ? char.ToLowerInvariant(unit) : char.ToUpperInvariant(unit));
            inWord = char.IsLetter(unit);
        }

        return result.ToString();
    }

    private static string Pad(string text, CallArguments arguments, Func<string, int, string> pad)
    {
        return pad(text, PaddedLength(text, arguments, 0));
    }
}

using System.Text;

namespace Gyre.Models.Templates.Jinja;

/// <summary>The methods of Python's text type that templates call.</summary>
internal static class StringMethods
{
    /// <summary>A method bound to a text, or null when there is no such method.</summary>
    public static Callable? Find(string text, string name)
    {
        Func<CallArguments, object?>? method = name switch
        {
            "strip" => arguments => Trim(text, Characters(arguments), left: true, right: true),
            "lstrip" => arguments => Trim(text, Characters(arguments), left: true, right: false),
            "rstrip" => arguments => Trim(text, Characters(arguments), left: false, right: true),
            "split" => arguments => Split(text, arguments, fromRight: false),
            "rsplit" => arguments => Split(text, arguments, fromRight: true),
            "splitlines" => _ => new ListValue([.. Lines(text)]),
            "startswith" => arguments => Affixes(arguments).Any(affix => text.StartsWith(affix, StringComparison.Ordinal)),
            "endswith" => arguments => Affixes(arguments).Any(affix => text.EndsWith(affix, StringComparison.Ordinal)),
            "replace" => arguments => Replace(text, arguments.Text(0, "old"), arguments.Text(1, "new"), arguments.Integer(2, "count", -1), arguments),
            "upper" => _ => text.ToUpperInvariant(),
            "lower" or "casefold" => _ => text.ToLowerInvariant(),
            "title" => _ => Title(text),
            "capitalize" => _ => Capitalize(text),
            "swapcase" => _ => string.Concat(text.Select(unit => char.IsUpper(unit) ? char.ToLowerInvariant(unit) : char.ToUpperInvariant(unit))),
            "find" => arguments => (long)text.IndexOf(arguments.Text(0, "sub"), StringComparison.Ordinal),
            "rfind" => arguments => (long)text.LastIndexOf(arguments.Text(0, "sub"), StringComparison.Ordinal),
            "index" => arguments => text.IndexOf(arguments.Text(0, "sub"), StringComparison.Ordinal) is >= 0 and var at
                ? (long)at : throw arguments.Fault("looks for text that is not there"),
            "count" => arguments => Count(text, arguments.Text(0, "sub")),
            "join" => arguments => string.Join(text, arguments.Renderer.Iterate(arguments.Required(0, "items"), arguments.Position)
                .Select(item => item as string ?? throw arguments.Fault($"joins {Values.Describe(item)}; expected text"))),
            "format" => arguments => BraceFormat.Apply(text, arguments),
            "removeprefix" => arguments => arguments.Text(0, "prefix") is var prefix && text.StartsWith(prefix, StringComparison.Ordinal) ? text[prefix.Length..] : text,
            "removesuffix" => arguments => arguments.Text(0, "suffix") is var suffix && text.EndsWith(suffix, StringComparison.Ordinal) ? text[..^suffix.Length] : text,
            "partition" => arguments => Partition(text, arguments.Text(0, "sep"), fromRight: false),
            "rpartition" => arguments => Partition(text, arguments.Text(0, "sep"), fromRight: true),
            "isdigit" or "isdecimal" or "isnumeric" => _ => All(text, char.IsDigit),
            "isalpha" => _ => All(text, char.IsLetter),
            "isalnum" => _ => All(text, char.IsLetterOrDigit),
            "isspace" => _ => All(text, IsSpace),
            "isupper" => _ => text.Any(char.IsUpper) && !text.Any(char.IsLower),
            "islower" => _ => text.Any(char.IsLower) && !text.Any(char.IsUpper),
            "zfill" => arguments => Pad(text, arguments, (value, width) => value.StartsWith('-') ? "-" + value[1..].PadLeft(width - 1, '0') : value.PadLeft(width, '0')),
            "ljust" => arguments => Pad(text, arguments, (value, width) => value.PadRight(width)),
            "rjust" => arguments => Pad(text, arguments, (value, width) => value.PadLeft(width)),
            "center" => arguments => Pad(text, arguments, Center),
            _ => null,
        };
        return method is null ? null : new Callable(name, arguments => Charged(method(arguments), arguments));
    }

    /// <summary>Removes characters at the ends: white space, or those given.</summary>
    public static string Trim(string text, string? characters, bool left, bool right)
    {
        var start = 0;
        var end = text.Length;
        while (left && start < end && IsTrimmed(text[start]))
        {
            start++;
        }

        while (right && end > start && IsTrimmed(text[end - 1]))
        {
            end--;
        }

        return text[start..end];

        bool IsTrimmed(char unit) => characters is null ? IsSpace(unit) : characters.Contains(unit, StringComparison.Ordinal);
    }

    /// <summary>Replaces occurrences, all of them when the count is negative.</summary>
    public static string Replace(string text, string old, string @new, long count, CallArguments arguments)
    {
        var size = old.Length == 0 ? (text.Length + 1L) * (@new.Length + 1L) : (text.Length / (long)old.Length * @new.Length) + text.Length;
        arguments.Renderer.Budget.ChargeText(arguments.Position, size);
        if (old.Length == 0)
        {
            var between = new StringBuilder();
            for (var i = 0; i <= text.Length; i++)
            {
                between.Append(count < 0 || i < count ? @new : "");
                between.Append(i < text.Length ? text[i].ToString() : "");
            }

            return between.ToString();
        }

        if (count < 0)
        {
            return text.Replace(old, @new, StringComparison.Ordinal);
        }

        var replaced = new StringBuilder();
        var at = 0;
        for (; count > 0 && text.IndexOf(old, at, StringComparison.Ordinal) is >= 0 and var found; count--)
        {
            replaced.Append(text, at, found - at).Append(@new);
            at = found + old.Length;
        }

        return replaced.Append(text, at, text.Length - at).ToString();
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

    /// <summary>Puts spaces on both sides.</summary>
    public static string Center(string text, int width)
    {
        var space = Math.Max(width - text.Length, 0);
        var left = (space / 2) + (space & width & 1);
        return new string(' ', left) + text + new string(' ', space - left);
    }

    private static object? Charged(object? result, CallArguments arguments)
    {
        arguments.Renderer.Budget.ChargeText(arguments.Position, result is string text ? text.Length : 0);
        arguments.Renderer.Budget.Charge(arguments.Position, result is ListValue list ? list.Items.Count : 0);
        return result;
    }

    private static bool IsSpace(char unit) => char.IsWhiteSpace(unit) || unit is >= '\x1c' and <= '\x1f';

    private static bool All(string text, Func<char, bool> wanted) => text.Length > 0 && text.All(wanted);

    private static string? Characters(CallArguments arguments) =>
        arguments.TryGet(0, "chars", out var characters) && characters is not null ? arguments.Text(0, "chars") : null;

    private static IEnumerable<string> Affixes(CallArguments arguments) => arguments.Required(0, "affix") is ListValue { IsTuple: true } several
        ? several.Items.OfType<string>()
        : [arguments.Text(0, "affix")];

    private static ListValue Split(string text, CallArguments arguments, bool fromRight)
    {
        var limit = arguments.Integer(1, "maxsplit", -1);
        var max = limit < 0 ? int.MaxValue : (int)Math.Min(limit, int.MaxValue - 1);
        if (arguments.TryGet(0, "sep", out var separator) && separator is not null)
        {
            var by = arguments.Text(0, "sep");
            return by.Length == 0 ? throw arguments.Fault("splits at an empty text") : new ListValue([.. Cut(text, by, max, fromRight)]);
        }

        return new ListValue([.. CutAtSpace(text, max, fromRight)]);
    }

    private static List<string> Cut(string text, string by, int max, bool fromRight)
    {
        if (!fromRight)
        {
            return [.. text.Split(by, max == int.MaxValue ? int.MaxValue : max + 1)];
        }

        var parts = new List<string>();
        var end = text.Length;
        while (parts.Count < max && end >= by.Length && text.LastIndexOf(by, end - 1, end, StringComparison.Ordinal) is >= 0 and var found)
        {
            parts.Insert(0, text[(found + by.Length)..end]);
            end = found;
        }

        parts.Insert(0, text[..end]);
        return parts;
    }

    private static List<string> CutAtSpace(string text, int max, bool fromRight)
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

    private static ListValue Partition(string text, string separator, bool fromRight)
    {
        var at = fromRight ? text.LastIndexOf(separator, StringComparison.Ordinal) : text.IndexOf(separator, StringComparison.Ordinal);
        object?[] parts = at >= 0 ? [text[..at], separator, text[(at + separator.Length)..]] : fromRight ? ["", "", text] : [text, "", ""];
        return new ListValue(parts, isTuple: true);
    }

    private static long Count(string text, string part)
    {
        if (part.Length == 0)
        {
            return text.Length + 1;
        }

        var count = 0L;
        for (var at = text.IndexOf(part, StringComparison.Ordinal); at >= 0; at = text.IndexOf(part, at + part.Length, StringComparison.Ordinal))
        {
            count++;
        }

        return count;
    }

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
        var width = arguments.Integer(0, "width", 0);
        arguments.Renderer.Budget.ChargeText(arguments.Position, width);
        return pad(text, (int)Math.Clamp(width, 0, int.MaxValue / 4));
    }
}

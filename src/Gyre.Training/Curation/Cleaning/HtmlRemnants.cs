using System.Net;
using System.Text;

namespace Gyre.Training.Curation.Cleaning;

/// <summary>Removes what is left of HTML in a text: elements by their names, comments, scripts, styles and entities.</summary>
internal static class HtmlRemnants
{
    private const int LongestTag = 4096;

    private static readonly HashSet<string> Inline = new(StringComparer.OrdinalIgnoreCase)
    {
        "a", "abbr", "b", "bdi", "bdo", "big", "cite", "del", "dfn", "em", "font", "i", "img", "input", "ins", "label", "mark", "nobr", "q", "s", "small", "span", "strike", "strong", "sub", "sup", "tt", "u", "wbr", "noscript", "iframe", "button", "select", "option", "svg", "path", "picture", "source", "video", "audio", "center", "meta", "link", "base",
    };

    private static readonly HashSet<string> Block = new(StringComparer.OrdinalIgnoreCase)
    {
        "address", "article", "aside", "blockquote", "body", "br", "dd", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "head", "header", "hr", "html", "li", "main", "nav", "ol", "p", "section", "table", "tbody", "td", "textarea", "tfoot", "th", "thead", "title", "tr", "ul",
    };

    private static readonly HashSet<string> Dropped = new(StringComparer.OrdinalIgnoreCase) { "script", "style" };

    /// <summary>The text without them; the same instance when there are none.</summary>
    public static string Remove(string text)
    {
        var plain = text.Contains('<', StringComparison.Ordinal) ? WithoutTags(text) : text;
        if (!plain.Contains('&', StringComparison.Ordinal))
        {
            return plain;
        }

        var decoded = WebUtility.HtmlDecode(plain);
        return decoded == plain ? plain : decoded;
    }

    private static string WithoutTags(string text)
    {
        StringBuilder? kept = null;
        var copied = 0;
        for (var at = text.IndexOf('<', StringComparison.Ordinal); at >= 0 && at < text.Length; at = at < text.Length ? text.IndexOf('<', at) : -1)
        {
            if (!TryElement(text, at, out var end, out var isBlock))
            {
                at++;
                continue;
            }

            kept ??= new StringBuilder(text.Length);
            kept.Append(text, copied, at - copied);
            if (isBlock && kept.Length > 0 && kept[^1] != '\n')
            {
                kept.Append('\n');
            }

            at = copied = end;
        }

        return kept is null ? text : kept.Append(text, copied, text.Length - copied).ToString();
    }

    private static bool TryElement(string text, int start, out int end, out bool isBlock)
    {
        (end, isBlock) = (start, false);
        if (text.AsSpan(start).StartsWith("<!--"))
        {
            var close = text.IndexOf("-->", start + 4, StringComparison.Ordinal);
            end = close + 3;
            return close >= 0;
        }

        var name = start + 1;
        var isClosing = name < text.Length && text[name] == '/';
        name += isClosing ? 1 : 0;
        var stop = name;
        while (stop < text.Length && char.IsAsciiLetterOrDigit(text[stop]))
        {
            stop++;
        }

        var element = text[name..stop];
        var isDoctype = text.AsSpan(start).StartsWith("<!doctype", StringComparison.OrdinalIgnoreCase);
        isBlock = Block.Contains(element);
        if (!isDoctype && !isBlock && !Inline.Contains(element) && !Dropped.Contains(element))
        {
            return false;
        }

        // Behind the name: attributes, a slash, or the end. '<b 3' and 'i<a and b>c' are no tags.
        if (!isDoctype && stop < text.Length && text[stop] is not ('>' or '/' or ' ' or '\t' or '\n' or '\r'))
        {
            return false;
        }

        var closing = text.AsSpan(stop, Math.Min(LongestTag, text.Length - stop)).IndexOfAny('>', '<');
        if (closing < 0 || text[stop + closing] == '<' || (!isDoctype && !AreAttributes(text.AsSpan(stop, closing))))
        {
            return false;
        }

        end = stop + closing + 1;
        if (!isClosing && Dropped.Contains(element))
        {
            var over = text.IndexOf($"</{element}", end, StringComparison.OrdinalIgnoreCase);
            var last = over < 0 ? -1 : text.IndexOf('>', over);
            end = last < 0 ? end : last + 1;
        }

        return true;
    }

    private static bool AreAttributes(ReadOnlySpan<char> inner)
    {
        inner = inner.Trim();
        inner = inner.EndsWith("/") ? inner[..^1].TrimEnd() : inner;
        return inner.IsEmpty || inner.Contains('=') || !inner.ContainsAny(" \t\n".AsSpan());
    }
}

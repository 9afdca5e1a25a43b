using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;

namespace Gyre.Evaluation.Judges.Forms;

/// <summary>Finds what a reply says: the whole as JSON; else fenced blocks and objects among other text, which must agree; else marked words.</summary>
/// <remarks>Cost: linear in the reply, of which the first <see cref="MostCharacters"/> characters count; at most <see cref="MostObjects"/> objects are tried.</remarks>
internal static class ReplyReader
{
    public const int MostCharacters = 1 << 18;
    public const int MostObjects = 32;
    private const string Fence = "```";
    private static readonly JsonDocumentOptions Exact = new() { MaxDepth = 16, AllowDuplicateProperties = false };
    private static readonly JsonDocumentOptions Tolerant = new() { MaxDepth = 16, AllowDuplicateProperties = false, AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    public static bool TryRead<T>(string text, IReplyForm<T> form, [NotNullWhen(true)] out T? value, out bool isStrict, out string fault)
        where T : class
    {
        isStrict = true;
        text = text.Length > MostCharacters ? text[..MostCharacters] : text;
        if (TryJson(text.AsSpan().Trim(), Exact, form, out value, out fault))
        {
            return true;
        }

        isStrict = false;
        if (text.AsSpan().Trim().IsEmpty)
        {
            fault = "it was empty";
            return false;
        }

        text = WithoutThoughts(text);
        T? first = null;
        foreach (var part in Fenced(text).Take(MostObjects).Concat(Balanced(text)))
        {
            if (!TryJson(text.AsSpan(part).Trim(), Tolerant, form, out value, out var found))
            {
                // What was wrong with an object says more than that there was other text.
                fault = found;
            }
            else if (first is null)
            {
                first = value;
            }
            else if (!form.IsSame(first, value))
            {
                // One of them is quoted, perhaps from a judged text that tries to look like a verdict.
                fault = "it held several objects that say different things";
                return false;
            }
        }

        value = first;
        if (value is not null)
        {
            return true;
        }

        // Words are not looked for in what was meant to be JSON: they may be quoted in a reason.
        return !text.Contains('{', StringComparison.Ordinal) && form.TryReadText(text, out value);
    }

    private static bool TryJson<T>(ReadOnlySpan<char> json, JsonDocumentOptions options, IReplyForm<T> form, [NotNullWhen(true)] out T? value, out string fault)
        where T : class
    {
        value = null;
        fault = "it was no JSON object";
        if (json.IsEmpty || json[0] is not ('{' or '['))
        {
            return false;
        }

        try
        {
            var bytes = new byte[Encoding.UTF8.GetMaxByteCount(json.Length)];
            using var document = JsonDocument.Parse(bytes.AsMemory(0, Encoding.UTF8.GetBytes(json, bytes)), options);
            return form.TryRead(document.RootElement, out value, out fault);
        }
        catch (JsonException)
        {
            return false;
        }
        catch (InvalidOperationException)
        {
            // The framework decodes strings when they are asked for; half a surrogate pair is found only then.
            fault = "it had half a surrogate pair in a string";
            return false;
        }
    }

    /// <summary>What stands behind the last thought: models that think aloud weigh verdicts there that are not theirs in the end.</summary>
    private static string WithoutThoughts(string text)
    {
        const string End = "</think>";
        var end = text.LastIndexOf(End, StringComparison.OrdinalIgnoreCase);
        return end < 0 ? text : text[(end + End.Length)..];
    }

    private static IEnumerable<Range> Fenced(string text)
    {
        for (var open = text.IndexOf(Fence, StringComparison.Ordinal); open >= 0;)
        {
            var start = open + Fence.Length;
            while (start < text.Length && char.IsAsciiLetter(text[start]))
            {
                start++;
            }

            var close = text.IndexOf(Fence, start, StringComparison.Ordinal);
            if (close < 0)
            {
                yield break;
            }

            yield return start..close;
            open = text.IndexOf(Fence, close + Fence.Length, StringComparison.Ordinal);
        }
    }

    /// <summary>Objects and lists among other text: from an opening bracket to the one that closes it, strings aside.</summary>
    private static IEnumerable<Range> Balanced(string text)
    {
        var tried = 0;
        for (var start = text.AsSpan().IndexOfAny('{', '['); start >= 0 && tried < MostObjects; tried++)
        {
            var end = EndOf(text, start);
            if (end < 0)
            {
                // What stands inside an object, whole or cut off, is quoted by it, not said.
                yield break;
            }

            yield return start..end;
            var more = text.AsSpan(end).IndexOfAny('{', '[');
            start = more < 0 ? -1 : end + more;
        }
    }

    private static int EndOf(string text, int start)
    {
        var (depth, isString) = (0, false);
        for (var i = start; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '\\' when isString:
                    i++;
                    break;
                case '"':
                    isString = !isString;
                    break;
                case '{' or '[' when !isString:
                    depth++;
                    break;
                case '}' or ']' when !isString && --depth == 0:
                    return i + 1;
            }
        }

        return -1;
    }
}

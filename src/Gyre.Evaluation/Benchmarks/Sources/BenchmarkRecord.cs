using System.Globalization;
using System.Text.Json;

namespace Gyre.Evaluation.Benchmarks.Sources;

/// <summary>One record of a benchmark's file, with what it stands in: an answer inside a question inside a passage.</summary>
/// <param name="Scopes">JSON values, the innermost first.</param>
/// <param name="File">The file's path, for messages.</param>
/// <param name="FileSubject">What stands for <c>*</c> in the file's name; empty when nothing does.</param>
/// <param name="Line">The line or number of the record in its file.</param>
/// <param name="Place">The places in the lists that were expanded, as text: empty, or <c>.0.2</c>.</param>
internal sealed record BenchmarkRecord(IReadOnlyList<JsonElement> Scopes, string File, string FileSubject, long Line, string Place)
{
    /// <summary>Where it is, for messages.</summary>
    public string Where => $"{System.IO.Path.GetFileName(File)} record {Line.ToString(CultureInfo.InvariantCulture)}{Place}";

    /// <summary>The value at a path, in the innermost scope that has one; null when none has.</summary>
    public JsonElement? Element(string path)
    {
        foreach (var scope in Scopes)
        {
            if (Walk(scope, path) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    /// <summary>The texts at a path: none when it is missing. A path goes through lists: <c>choices.text</c> of a list of choices gives every text.</summary>
    public IReadOnlyList<string> Texts(string path)
    {
        var texts = new List<string>();
        foreach (var scope in Scopes)
        {
            if (scope.ValueKind == JsonValueKind.Object && scope.TryGetProperty(path, out var direct))
            {
                Collect(direct, [], texts);
                return texts;
            }

            if (Collect(scope, path.Split('.'), texts))
            {
                return texts;
            }
        }

        return texts;
    }

    /// <summary>The elements of a list inside, each as a record of its own.</summary>
    public IEnumerable<BenchmarkRecord> Expand(string path)
    {
        if (Element(path) is not { ValueKind: JsonValueKind.Array } list)
        {
            yield break;
        }

        var place = 0;
        foreach (var element in list.EnumerateArray())
        {
            yield return this with { Scopes = [element, .. Scopes], Place = $"{Place}.{place++}" };
        }
    }

    private static JsonElement? Walk(JsonElement element, string path)
    {
        if (element.ValueKind == JsonValueKind.Object && element.TryGetProperty(path, out var direct))
        {
            return direct;
        }

        foreach (var part in path.Split('.'))
        {
            if (Step(element, part) is not { } next)
            {
                return null;
            }

            element = next;
        }

        return element;
    }

    private static JsonElement? Step(JsonElement element, string part)
    {
        if (element.ValueKind == JsonValueKind.Object)
        {
            return element.TryGetProperty(part, out var member) ? member : null;
        }

        return element.ValueKind == JsonValueKind.Array && int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < element.GetArrayLength()
            ? element[index]
            : null;
    }

    private static bool Collect(JsonElement element, ReadOnlySpan<string> path, List<string> texts)
    {
        if (path.Length > 0 && Step(element, path[0]) is { } next)
        {
            return Collect(next, path[1..], texts);
        }

        switch (element.ValueKind)
        {
            case JsonValueKind.Array:
                var isFound = false;
                foreach (var item in element.EnumerateArray())
                {
                    isFound |= Collect(item, path, texts);
                }

                return isFound || path.Length == 0;
            case JsonValueKind.String when path.Length == 0:
                texts.Add(element.GetString()!); // A JSON string is never null.
                return true;
            case JsonValueKind.Number when path.Length == 0:
                texts.Add(element.GetRawText());
                return true;
            case JsonValueKind.True or JsonValueKind.False when path.Length == 0:
                texts.Add(element.GetBoolean() ? "true" : "false");
                return true;
            default:
                return false;
        }
    }
}

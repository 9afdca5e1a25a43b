using System.Text.Json;

namespace Gyre.Orchestration.Retrieval;

/// <summary>Passages as JSON lines.</summary>
internal static class PassageLines
{
    private const int MostFaults = 10;
    private static readonly JsonDocumentOptions Limits = new() { MaxDepth = 32, AllowDuplicateProperties = false };

    public static IReadOnlyList<Passage> Read(string text, string document, string file)
    {
        var passages = new List<Passage>();
        var faults = new List<string>();
        var (number, count) = (0, 0);
        // By line feed alone: the other ends of line that Unicode knows may stand within a JSON text.
        foreach (var range in text.AsSpan().Split('\n'))
        {
            number++;
            var line = text[range];
            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            if (Parse(line, document, out var fault) is { } passage)
            {
                passages.Add(passage);
            }
            else if (count++ < MostFaults)
            {
                faults.Add($"line {number}: {fault}");
            }
        }

        if (count > 0)
        {
            var more = count > MostFaults ? $"\n  … and {count - MostFaults} more" : "";
            throw new OrchestrationException("ORC0004", $"Reading passages failed: {count} line(s) have faults; expected one object a line with the texts 'id' and 'text', and 'document' if wanted. File: {file}.{string.Concat(faults.Select(fault => $"\n  {fault}"))}{more}\nMend the lines.");
        }

        return passages;
    }

    private static Passage? Parse(string line, string document, out string fault)
    {
        try
        {
            using var json = JsonDocument.Parse(line, Limits);
            if (json.RootElement.ValueKind != JsonValueKind.Object)
            {
                fault = "is no JSON object.";
                return null;
            }

            var (id, text, of) = (Text(json.RootElement, "id"), Text(json.RootElement, "text"), json.RootElement.TryGetProperty("document", out _) ? Text(json.RootElement, "document") : document);
            fault = id is null ? "'id' is missing, empty or no text."
                : text is null ? "'text' is missing, empty or no text."
                : of is null ? "'document' is empty or no text."
                : "";
            return fault.Length == 0 ? new Passage(id!, of!, text!) : null; // Without a fault all three are there.
        }
        catch (JsonException error)
        {
            fault = $"is not JSON (at byte {error.BytePositionInLine}), or names a key twice.";
            return null;
        }
        catch (InvalidOperationException)
        {
            fault = "holds half a surrogate pair.";
            return null;
        }
    }

    private static string? Text(JsonElement root, string key) =>
        root.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { } text && !string.IsNullOrWhiteSpace(text) && !text.Contains('\0', StringComparison.Ordinal) ? text : null;
}

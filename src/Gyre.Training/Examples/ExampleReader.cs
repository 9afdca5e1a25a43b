using System.Text.Json;
using Gyre.Models.Templates;

namespace Gyre.Training.Examples;

/// <summary>The example that a JSON object holds.</summary>
/// <remarks>
/// <c>messages</c> (role and content), or <c>prompt</c> with <c>completion</c> (also <c>response</c>, <c>answer</c>, <c>output</c> or
/// <c>reference</c>; <c>system</c> may stand beside), or <c>instruction</c> with <c>output</c> (<c>input</c> may stand beside), or
/// <c>text</c>; <c>task</c> names what it teaches.
/// </remarks>
internal static class ExampleReader
{
    private const int MaxLineCharacters = 4 << 20;
    private static readonly string[] Completions = ["completion", "response", "answer", "output", "reference"];
    private static readonly string[] Roles = ["system", "user", "assistant", "tool"];
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 32 };

    /// <summary>Whether columns of these names can hold examples.</summary>
    public static bool CanRead(IEnumerable<string> columns) => columns.ToHashSet(StringComparer.Ordinal) is var names
        && (names.Contains("text") || ((names.Contains("prompt") || names.Contains("instruction")) && Completions.Any(names.Contains)));

    /// <summary>The example of one JSON line; null with a fault when it holds none.</summary>
    public static TrainingExample? Parse(string line, string task, string place, ExampleFaults faults)
    {
        if (line.Length > MaxLineCharacters)
        {
            faults.Add(place, $"has {line.Length:N0} characters; expected at most {MaxLineCharacters:N0}.");
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(line, Options);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? Of(document.RootElement, task, place, faults)
                : Refuse($"is {document.RootElement.ValueKind}; expected a JSON object.");
        }
        catch (JsonException error)
        {
            return Refuse($"is no JSON ({error.Message.TrimEnd('.')}).");
        }

        TrainingExample? Refuse(string fault)
        {
            faults.Add(place, fault);
            return null;
        }
    }

    /// <summary>The example of a JSON object; null with a fault when it holds none.</summary>
    public static TrainingExample? Of(JsonElement row, string task, string place, ExampleFaults faults)
    {
        task = Text(row, "task") is { Length: > 0 } own ? own : task;
        if (row.TryGetProperty("messages", out var messages))
        {
            return Turns(messages, place, faults) is { } turns ? new TrainingExample(task, turns, "", place) : null;
        }

        if (Text(row, "prompt") is { } prompt)
        {
            return Exchange(row, "prompt", prompt, task, place, faults);
        }

        if (Text(row, "instruction") is { } instruction)
        {
            // Alpaca's form: what to do, and what to do it with.
            var asked = Text(row, "input") is { } input && !string.IsNullOrWhiteSpace(input) ? $"{instruction}\n\n{input}" : instruction;
            return Exchange(row, "instruction", asked, task, place, faults);
        }

        if (Text(row, "text") is { } text && !string.IsNullOrWhiteSpace(text))
        {
            return new TrainingExample(task, [], text, place);
        }

        faults.Add(place, $"has the fields {string.Join(", ", row.EnumerateObject().Select(field => field.Name).Take(12))}; expected 'messages', or 'prompt' with 'completion', or 'instruction' with 'output', or 'text'.");
        return null;
    }

    private static TrainingExample? Exchange(JsonElement row, string field, string prompt, string task, string place, ExampleFaults faults)
    {
        if (Completions.Select(name => Text(row, name)).FirstOrDefault(value => value is not null) is not { } completion)
        {
            faults.Add(place, $"has '{field}' and none of {string.Join(", ", Completions)}; expected one of them as text.");
            return null;
        }

        if (string.IsNullOrWhiteSpace(prompt) || string.IsNullOrWhiteSpace(completion))
        {
            faults.Add(place, $"has an empty {(string.IsNullOrWhiteSpace(prompt) ? field : "completion")}; expected text.");
            return null;
        }

        return new TrainingExample(task, [.. Text(row, "system") is { } system ? [new ChatTurn("system", system)] : Array.Empty<ChatTurn>(), new ChatTurn("user", prompt), new ChatTurn("assistant", completion)], "", place);
    }

    private static List<ChatTurn>? Turns(JsonElement messages, string place, ExampleFaults faults)
    {
        if (messages.ValueKind != JsonValueKind.Array)
        {
            faults.Add(place, "'messages' is no list; expected a list of {role, content}.");
            return null;
        }

        var turns = new List<ChatTurn>();
        foreach (var message in messages.EnumerateArray())
        {
            var (role, content) = message.ValueKind == JsonValueKind.Object ? (Text(message, "role"), Text(message, "content")) : (null, null);
            if (role is null || content is null || !Roles.Contains(role, StringComparer.Ordinal))
            {
                faults.Add(place, $"message {turns.Count + 1} {(role is null ? "has no role" : content is null ? "has no text as content" : $"has the role '{role}'")}; expected role {string.Join(", ", Roles)} and content as text.");
                return null;
            }

            turns.Add(new ChatTurn(role, content));
        }

        if (turns.Exists(turn => turn.Role == "assistant" && !string.IsNullOrWhiteSpace(turn.Content)))
        {
            return turns;
        }

        faults.Add(place, "has no assistant message with text; expected one at least, for that is what is learnt.");
        return null;
    }

    private static string? Text(JsonElement row, string name) =>
        row.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}

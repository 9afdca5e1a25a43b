using System.Text.Json;
using Gyre.Contracts;
using Gyre.Models.Templates;

namespace Gyre.Training.Alignment.Pairs;

/// <summary>Reads alignment data: a JSON object a line, in the forms that data sets of this kind have.</summary>
/// <remarks>
/// Pairs: <c>prompt</c> (text or messages), <c>chosen</c> and <c>rejected</c> (text, or messages that may begin with the
/// prompt); or <c>chosen</c> and <c>rejected</c> alone, as messages or as texts of the form
/// <c>"\n\nHuman: … \n\nAssistant: …"</c> that differ in their last answer. Rated answers: <c>prompt</c>, <c>completion</c>
/// (or <c>answer</c>), <c>label</c>. Prompts: <c>prompt</c>, and for scorers <c>reference</c>, <c>facts</c>, <c>task</c>.
/// </remarks>
public static class AlignmentFile
{
    private const int MostLineCharacters = 1 << 20;
    private const int MostRows = 5_000_000;
    private static readonly JsonDocumentOptions Limits = new() { MaxDepth = 16 };

    /// <summary>The pairs of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="unfit">Receives the places of rows whose two conversations differ before their last answers, or of which one has no last answer; they are left out then. Null to refuse them.</param>
    /// <remarks>Errors: TRN0400 unreadable file or row; TRN0401 no row.</remarks>
    public static IReadOnlyList<PreferencePair> ReadPairs(string path, ICollection<string>? unfit = null) =>
        [.. Read(path, "pairs", (row, place) => ReadPair(row, place, unfit)).OfType<PreferencePair>()];

    /// <summary>The rated answers of a file; a pair counts as a wanted and an unwanted answer.</summary>
    /// <remarks>Errors: as <see cref="ReadPairs"/>.</remarks>
    public static IReadOnlyList<RatedAnswer> ReadRated(string path, ICollection<string>? unfit = null) => [.. Read<IReadOnlyList<RatedAnswer>>(path, "rated answers", (row, place) =>
        !row.TryGetProperty("chosen", out _) ? [ReadRating(row, place)]
        : ReadPair(row, place, unfit) is { } pair ? Both(pair) : []).SelectMany(answers => answers)];

    /// <summary>The prompts of a file.</summary>
    /// <remarks>Errors: as <see cref="ReadPairs"/>.</remarks>
    public static IReadOnlyList<TaskPrompt> ReadPrompts(string path) => Read(path, "prompts", ReadPrompt);

    /// <summary>A pair as a wanted and an unwanted answer.</summary>
    public static IReadOnlyList<RatedAnswer> Both(PreferencePair pair)
    {
        ArgumentNullException.ThrowIfNull(pair);
        return [new(pair.Prompt, pair.Chosen, true, pair.Source), new(pair.Prompt, pair.Rejected, false, pair.Source)];
    }

    private static List<T> Read<T>(string path, string what, Func<JsonElement, string, T> read)
    {
        var rows = new List<T>();
        var line = 0L;
        var name = Path.GetFileName(path);
        try
        {
            foreach (var text in File.ReadLines(path))
            {
                line++;
                if (string.IsNullOrWhiteSpace(text))
                {
                    continue;
                }

                if (text.Length > MostLineCharacters || rows.Count == MostRows)
                {
                    throw AlignmentErrors.BadRow(path, line, rows.Count == MostRows ? $"is past the {MostRows:N0} rows that a file may have" : $"has {text.Length:N0} characters, more than {MostLineCharacters:N0}");
                }

                using var document = JsonDocument.Parse(text, Limits);
                if (document.RootElement.ValueKind != JsonValueKind.Object)
                {
                    throw new FormatException($"is a {document.RootElement.ValueKind}, no object");
                }

                rows.Add(read(document.RootElement, $"{name}:{line}"));
            }
        }
        catch (Exception error) when (error is JsonException or FormatException)
        {
            throw AlignmentErrors.BadRow(path, line, error is JsonException ? $"is not JSON ({error.Message.TrimEnd('.')})" : error.Message);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw AlignmentErrors.Unreadable(path, $"cannot be opened ({error.Message.TrimEnd('.')})", error);
        }

        return rows.Count > 0 ? rows : throw AlignmentErrors.Empty(what, path);
    }

    private static PreferencePair? ReadPair(JsonElement row, string place, ICollection<string>? unfit)
    {
        var (chosen, rejected) = (Required(row, "chosen"), Required(row, "rejected"));
        var margin = row.TryGetProperty("margin", out var number) && number.TryGetDouble(out var value) && double.IsFinite(value) ? value : 0;
        if (row.TryGetProperty("prompt", out var prompt) && prompt.ValueKind != JsonValueKind.Null)
        {
            var turns = Turns(prompt, "prompt");
            return new PreferencePair(turns, Answer(chosen, "chosen", turns), Answer(rejected, "rejected", turns), place) { Margin = margin };
        }

        var (first, second) = (Conversation(chosen, "chosen"), Conversation(rejected, "rejected"));
        if (first is { } one && second is { } other && SameTurns(one.Turns, other.Turns))
        {
            return new PreferencePair(one.Turns, one.Answer, other.Answer, place) { Margin = margin };
        }

        var fault = first is null || second is null ? $"'{(first is null ? "chosen" : "rejected")}' does not end with the assistant's answer" : "'chosen' and 'rejected' differ before their last answers";
        (unfit ?? throw new FormatException($"has no 'prompt', and {fault}; set data.contradictory to drop to leave such rows out")).Add(place);
        return null;
    }

    private static RatedAnswer ReadRating(JsonElement row, string place)
    {
        var turns = Turns(Required(row, "prompt"), "prompt");
        var name = row.TryGetProperty("completion", out _) ? "completion" : "answer";
        var label = Required(row, "label").ValueKind;
        return label is JsonValueKind.True or JsonValueKind.False
            ? new RatedAnswer(turns, Answer(Required(row, name), name, turns), label == JsonValueKind.True, place)
            : throw new FormatException($"has a 'label' that is a {label}; expected true or false");
    }

    private static TaskPrompt ReadPrompt(JsonElement row, string place)
    {
        var turns = Turns(Required(row, "prompt"), "prompt");
        var facts = new Dictionary<string, string>(StringComparer.Ordinal);
        if (row.TryGetProperty("facts", out var given) && given.ValueKind == JsonValueKind.Object)
        {
            foreach (var fact in given.EnumerateObject())
            {
                facts[fact.Name] = fact.Value.ToString();
            }
        }

        return new TaskPrompt(turns, new DatasetRow(place, Text(row, "task"), turns[^1].Content, Text(row, "reference"), facts, Text(row, "family"), Text(row, "subject")));
    }

    /// <summary>A conversation and its last answer; null when it has turns and does not end with one.</summary>
    private static (IReadOnlyList<ChatTurn> Turns, string Answer)? Conversation(JsonElement value, string name)
    {
        var turns = value.ValueKind == JsonValueKind.String ? HumanAssistant.Parse(value.GetString()!) : Turns(value, name); // A string has one.
        return turns is { Count: > 1 } && turns[^1].Role == "assistant" ? (turns.Take(turns.Count - 1).ToArray(), turns[^1].Content) : null;
    }

    /// <summary>An answer: a text, or messages of which the last is it and those before repeat the prompt.</summary>
    private static string Answer(JsonElement value, string name, IReadOnlyList<ChatTurn> prompt)
    {
        if (value.ValueKind == JsonValueKind.String)
        {
            return value.GetString()!; // A string has one.
        }

        var turns = Turns(value, name);
        return turns[^1].Role == "assistant" && (turns.Count == 1 || SameTurns([.. turns.Take(turns.Count - 1)], prompt))
            ? turns[^1].Content
            : throw new FormatException($"has a '{name}' that does not end with one answer of the assistant to the prompt");
    }

    private static IReadOnlyList<ChatTurn> Turns(JsonElement value, string name)
    {
        if (value.ValueKind == JsonValueKind.String)
        {
            var text = value.GetString()!; // A string has one.
            return HumanAssistant.IsOne(text) ? HumanAssistant.Parse(text) : [new ChatTurn("user", text)];
        }

        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() == 0)
        {
            throw new FormatException($"has a '{name}' that is neither a text nor messages");
        }

        var turns = new List<ChatTurn>();
        foreach (var message in value.EnumerateArray())
        {
            if (message.ValueKind != JsonValueKind.Object
                || !message.TryGetProperty("role", out var role) || role.ValueKind != JsonValueKind.String || role.GetString() is not ("system" or "user" or "assistant")
                || !message.TryGetProperty("content", out var content) || content.ValueKind != JsonValueKind.String)
            {
                throw new FormatException($"has a message in '{name}' without role (system, user or assistant) and content");
            }

            turns.Add(new ChatTurn(role.GetString()!, content.GetString()!)); // Both are strings.
        }

        return turns;
    }

    private static bool SameTurns(IReadOnlyList<ChatTurn> first, IReadOnlyList<ChatTurn> second) =>
        first.Count == second.Count && first.Zip(second).All(pair => pair.First.Role == pair.Second.Role && pair.First.Content == pair.Second.Content);

    private static JsonElement Required(JsonElement row, string name) =>
        row.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : throw new FormatException($"has no '{name}'");

    private static string Text(JsonElement row, string name) =>
        row.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : ""; // A string has one.
}

using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Gyre.Evaluation;
using Gyre.Evaluation.Datasets;
using Gyre.Models.Templates;

namespace Gyre.Training.Examples;

/// <summary>Examples in a file: JSON Lines with conversations, prompts and completions or texts; tables with prompts and completions; plain text.</summary>
/// <remarks>
/// A JSON line holds <c>messages</c> (role and content), or <c>prompt</c> with <c>completion</c> (also <c>response</c>, <c>answer</c>,
/// <c>output</c> or <c>reference</c>; <c>system</c> may stand beside), or <c>text</c>; <c>task</c> names what it teaches.
/// <para>Read line by line; nothing is held.</para>
/// </remarks>
internal static class ExampleFile
{
    private const int MaxLineCharacters = 4 << 20;
    private static readonly string[] Completions = ["completion", "response", "answer", "output", "reference"];
    private static readonly string[] Roles = ["system", "user", "assistant", "tool"];
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 32 };

    /// <summary>The examples of a file, in its order.</summary>
    /// <param name="path">The file: <c>.jsonl</c>, <c>.csv</c>, <c>.tsv</c>, <c>.txt</c>, <c>.md</c>, each also with <c>.gz</c>.</param>
    /// <param name="task">The task of examples that name none.</param>
    /// <param name="separator">What parts the documents of a text file.</param>
    /// <param name="faults">Receives what is wrong with single lines.</param>
    /// <remarks>Errors: TRN0303 the file cannot be read, or its kind is unknown.</remarks>
    public static IEnumerable<TrainingExample> Read(string path, string task, string separator, ExampleFaults faults)
    {
        if (!File.Exists(path))
        {
            throw Unreadable(path, "it does not exist", null);
        }

        var plain = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? path[..^3] : path;
        return Path.GetExtension(plain).ToLowerInvariant() switch
        {
            ".jsonl" or ".ndjson" => Lines(path, task, faults),
            ".csv" or ".tsv" => Table(path, task),
            ".txt" or ".md" => Texts(path, task, separator),
            var ending => throw Unreadable(path, $"the ending '{ending}' is unknown; expected .jsonl, .csv, .tsv, .txt or .md, plain or with .gz", null),
        };
    }

    private static IEnumerable<TrainingExample> Lines(string path, string task, ExampleFaults faults)
    {
        var number = 0;
        foreach (var line in LinesOf(path))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            if (Parse(line, task, $"{Path.GetFileName(path)}:{number}", faults) is { } example)
            {
                yield return example;
            }
        }
    }

    /// <summary>The example of one JSON line; null with a fault when it holds none.</summary>
    internal static TrainingExample? Parse(string line, string task, string place, ExampleFaults faults)
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

    private static TrainingExample? Of(JsonElement row, string task, string place, ExampleFaults faults)
    {
        task = Text(row, "task") is { Length: > 0 } own ? own : task;
        if (row.TryGetProperty("messages", out var messages))
        {
            return Turns(messages, place, faults) is { } turns ? new TrainingExample(task, turns, "", place) : null;
        }

        if (Text(row, "prompt") is { } prompt)
        {
            if (Completions.Select(name => Text(row, name)).FirstOrDefault(value => value is not null) is not { } completion)
            {
                faults.Add(place, $"has a 'prompt' and none of {string.Join(", ", Completions)}; expected one of them as text.");
                return null;
            }

            if (string.IsNullOrWhiteSpace(prompt) || string.IsNullOrWhiteSpace(completion))
            {
                faults.Add(place, $"has an empty {(string.IsNullOrWhiteSpace(prompt) ? "prompt" : "completion")}; expected text.");
                return null;
            }

            return new TrainingExample(task, [.. Text(row, "system") is { } system ? [new ChatTurn("system", system)] : Array.Empty<ChatTurn>(), new ChatTurn("user", prompt), new ChatTurn("assistant", completion)], "", place);
        }

        if (Text(row, "text") is { } text && !string.IsNullOrWhiteSpace(text))
        {
            return new TrainingExample(task, [], text, place);
        }

        faults.Add(place, $"has the fields {string.Join(", ", row.EnumerateObject().Select(field => field.Name).Take(12))}; expected 'messages', or 'prompt' with 'completion', or 'text'.");
        return null;
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

    private static IEnumerable<TrainingExample> Table(string path, string task)
    {
        DatasetFile file;
        try
        {
            file = DatasetFile.Open(path, new DatasetColumns { Reference = "completion" });
        }
        catch (EvaluationException error)
        {
            throw Unreadable(path, error.Message, error);
        }

        if (file.RowsWithoutReference > 0)
        {
            throw Unreadable(path, $"{file.RowsWithoutReference} of {file.Count} rows have no 'completion'; expected the columns prompt and completion", null);
        }

        return file.Read().Select((row, index) => new TrainingExample(
            row.Task.Length > 0 ? row.Task : task, [new ChatTurn("user", row.Prompt), new ChatTurn("assistant", row.Reference)], "", $"{Path.GetFileName(path)}: row {index + 1}"));
    }

    private static IEnumerable<TrainingExample> Texts(string path, string task, string separator)
    {
        var pending = new StringBuilder();
        var (number, count) = (0, 0);
        foreach (var line in LinesOf(path))
        {
            number++;
            pending.Append(line).Append('\n');
            if (!EndsWith(pending, separator))
            {
                continue;
            }

            pending.Length -= separator.Length;
            if (Take() is { } text)
            {
                yield return text;
            }
        }

        if (Take() is { } last)
        {
            yield return last;
        }

        TrainingExample? Take()
        {
            var text = pending.ToString().Trim();
            pending.Clear();
            return text.Length == 0 ? null : new TrainingExample(task, [], text, $"{Path.GetFileName(path)}: document {++count}, before line {number + 1}");
        }
    }

    private static bool EndsWith(StringBuilder text, string end)
    {
        if (text.Length < end.Length)
        {
            return false;
        }

        for (var i = 0; i < end.Length; i++)
        {
            if (text[text.Length - end.Length + i] != end[i])
            {
                return false;
            }
        }

        return true;
    }

    private static IEnumerable<string> LinesOf(string path)
    {
        using var reader = OpenText(path);
        while (true)
        {
            string? line;
            try
            {
                line = reader.ReadLine();
            }
            catch (Exception error) when (error is IOException or InvalidDataException or DecoderFallbackException)
            {
                throw Unreadable(path, error.Message.TrimEnd('.'), error);
            }

            if (line is null)
            {
                yield break;
            }

            yield return line;
        }
    }

    private static StreamReader OpenText(string path)
    {
        try
        {
            Stream stream = File.OpenRead(path);
            stream = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(stream, CompressionMode.Decompress) : stream;
            return new StreamReader(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, error.Message.TrimEnd('.'), error);
        }
    }

    private static string? Text(JsonElement row, string name) =>
        row.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static TrainingException Unreadable(string path, string reason, Exception? error) =>
        new("TRN0303", $"Reading examples failed: {reason}. File: {path}. Check the path and the file.", error);
}

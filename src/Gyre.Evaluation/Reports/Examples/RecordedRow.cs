using System.Text.Json;

namespace Gyre.Evaluation.Reports.Examples;

/// <summary>One row of an experiment with whole texts, as <c>rows.jsonl</c> holds it.</summary>
/// <param name="Id">The dataset row's id.</param>
/// <param name="Task">Its kind.</param>
/// <param name="Prompt">What was asked.</param>
/// <param name="Reference">The wanted answer; empty for none.</param>
/// <param name="Answers">The candidates' answers by name, in the file's order.</param>
public sealed record RecordedRow(string Id, string Task, string Prompt, string Reference, IReadOnlyList<(string Candidate, RecordedAnswer Answer)> Answers)
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 8 };

    /// <summary>Reads the rows one after another, in the memory of the longest.</summary>
    /// <param name="path">The <c>rows.jsonl</c> of an experiment.</param>
    /// <exception cref="EvaluationException">EVA0043: a line is damaged. EVA0046: the file cannot be read.</exception>
    public static IEnumerable<RecordedRow> Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var lines = new RowLines(path);
        while (lines.TryRead(out var line))
        {
            yield return Parse(line, lines);
        }
    }

    private static RecordedRow Parse(ReadOnlyMemory<byte> line, RowLines lines)
    {
        try
        {
            using var document = JsonDocument.Parse(line, Options);
            var root = document.RootElement;
            return new RecordedRow(
                Text(root, "id") ?? "",
                Text(root, "task") ?? "",
                Text(root, "prompt") ?? "",
                Text(root, "reference") ?? "",
                [.. root.GetProperty("candidates").EnumerateObject().Select(candidate => (candidate.Name, Answer(candidate.Value)))]);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            throw lines.Damaged("is not a row; expected one JSON object with the candidates' answers and scores.", error);
        }
    }

    private static RecordedAnswer Answer(JsonElement answer)
    {
        var scores = new Dictionary<string, double>(StringComparer.Ordinal);
        if (answer.TryGetProperty("scores", out var all))
        {
            foreach (var score in all.EnumerateObject())
            {
                if (score.Value.TryGetProperty("value", out var value))
                {
                    scores[score.Name] = value.GetDouble();
                }
            }
        }

        return new RecordedAnswer(Text(answer, "output"), Text(answer, "trace") ?? "", scores);
    }

    private static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var found) ? found.GetString() : null;
}

using System.Globalization;
using System.Text.Json;
using Gyre.Evaluation.Experiments;

namespace Gyre.Evaluation.Reports.Examples;

/// <summary>Reads a row with its texts, clipped.</summary>
internal static class ExampleRow
{
    private const int MostTraceLetters = 200;
    private const string NoRow = "is not a row; expected one JSON object with the candidates' answers and scores.";
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 8 };

    public static Example Read(ReadOnlyMemory<byte> line, RowLines lines, ExperimentResult result, int mostCharacters, IReadOnlyList<ExampleTag> tags) =>
        Read(line, lines.Path, lines.Number, result, mostCharacters) with { Tags = tags };

    public static Example Read(ReadOnlyMemory<byte> line, string path, long number, ExperimentResult result, int mostCharacters)
    {
        try
        {
            return Read(line, number, result, mostCharacters);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            throw RowLines.Damaged(path, number, NoRow, error);
        }
    }

    /// <summary>The text, without its middle when it is too long; characters are not cut in halves.</summary>
    internal static string Clip(string text, int most)
    {
        if (text.Length <= most)
        {
            return text;
        }

        var head = most * 3 / 4;
        head -= char.IsHighSurrogate(text[head - 1]) ? 1 : 0;
        var tail = text.Length - (most - head);
        tail += char.IsLowSurrogate(text[tail]) ? 1 : 0;
        return string.Create(CultureInfo.InvariantCulture, $"{text.AsSpan(0, head)}\n[… {tail - head:#,0} characters left out …]\n{text.AsSpan(tail)}");
    }

    private static Example Read(ReadOnlyMemory<byte> line, long number, ExperimentResult result, int mostCharacters)
    {
        using var document = JsonDocument.Parse(line, Options);
        var root = document.RootElement;
        var candidates = root.GetProperty("candidates");
        return new Example(
            number,
            Clip(Text(root, "id") ?? "", mostCharacters),
            Clip(Text(root, "task") ?? "", mostCharacters),
            Clip(Text(root, "prompt") ?? "", mostCharacters),
            Clip(Text(root, "reference") ?? "", mostCharacters),
            [.. result.Candidates.Select(candidate => Answer(candidates.GetProperty(candidate.Name), mostCharacters))],
            []);
    }

    private static ExampleAnswer Answer(JsonElement answer, int mostCharacters)
    {
        var scores = new List<ExampleScore>();
        if (answer.TryGetProperty("scores", out var all))
        {
            foreach (var score in all.EnumerateObject())
            {
                double? value = score.Value.TryGetProperty("value", out var number) ? number.GetDouble() : null;
                scores.Add(new ExampleScore(score.Name, value, Clip(Text(score.Value, "reason") ?? "", mostCharacters)));
            }
        }

        return new ExampleAnswer(
            Text(answer, "output") is { } output ? Clip(output, mostCharacters) : null,
            Text(answer, "error") is { } error ? Clip(error, mostCharacters) : null,
            answer.TryGetProperty("milliseconds", out var took) ? took.GetDouble() : null,
            scores)
        {
            Trace = Text(answer, "trace") is { Length: > 0 and <= MostTraceLetters } trace ? trace : null,
        };
    }

    private static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var found) ? found.GetString() : null;
}

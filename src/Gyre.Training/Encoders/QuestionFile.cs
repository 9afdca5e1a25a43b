using System.Text.Json;

namespace Gyre.Training.Encoders;

/// <summary>Reads questions in SQuAD's form, 1.1 or 2.0.</summary>
/// <remarks>Source: Rajpurkar et al. 2016 and 2018; places count code points there and UTF-16 units here.</remarks>
internal static class QuestionFile
{
    private const long MostBytes = 256L << 20;
    private const int MostDepth = 16;

    /// <summary>Every question of a file, in its order.</summary>
    /// <remarks>Errors: TRN0555 the file cannot be read, is not of this form, or an answer does not stand where the file says.</remarks>
    public static IReadOnlyList<QuestionItem> Read(string path)
    {
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > MostBytes } file)
            {
                throw Fault(path, $"it has {file.Length} bytes; expected at most {MostBytes}");
            }

            using var stream = File.OpenRead(path);
            using var document = JsonDocument.Parse(stream, new JsonDocumentOptions { MaxDepth = MostDepth });
            var items = new List<QuestionItem>();
            foreach (var article in List(document.RootElement, "data", "the file"))
            {
                var title = Text(article, "title", "an article");
                foreach (var paragraph in List(article, "paragraphs", title))
                {
                    var passage = Text(paragraph, "context", title);
                    foreach (var question in List(paragraph, "qas", title))
                    {
                        items.Add(Item(question, title, passage));
                    }
                }
            }

            return items.Count > 0 ? items : throw Fault(path, "it holds no questions; expected one at least");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException or FormatException)
        {
            throw new TrainingException("TRN0555", $"Reading questions from '{path}' failed: {error.Message.TrimEnd('.')}. Expected SQuAD's form: data, paragraphs, context, qas, question, answers with text and answer_start.", error);
        }
    }

    private static QuestionItem Item(JsonElement question, string title, string passage)
    {
        var id = Text(question, "id", title);
        var isImpossible = question.TryGetProperty("is_impossible", out var flag) && flag.ValueKind == JsonValueKind.True;
        var answers = new List<QuestionAnswer>();
        foreach (var answer in isImpossible ? [] : List(question, "answers", $"question {id}"))
        {
            var text = Text(answer, "text", $"question {id}");
            if (!answer.TryGetProperty("answer_start", out var start) || !start.TryGetInt32(out var place))
            {
                throw new FormatException($"an answer of question {id} has no whole number 'answer_start'");
            }

            var found = Place(passage, place);
            if (text.Length == 0 || found < 0 || found + text.Length > passage.Length || string.CompareOrdinal(passage, found, text, 0, text.Length) != 0)
            {
                throw new FormatException($"the answer '{(text.Length <= 40 ? text : text[..40] + "…")}' of question {id} does not stand at place {place} of its passage");
            }

            answers.Add(new QuestionAnswer(found, text));
        }

        if (!isImpossible && answers.Count == 0)
        {
            throw new FormatException($"question {id} has no answer; expected one, or is_impossible");
        }

        return new QuestionItem(id, title, passage, Text(question, "question", $"question {id}"), answers);
    }

    /// <summary>The UTF-16 place of a code point; −1 behind the end.</summary>
    private static int Place(string text, int codePoint)
    {
        var at = 0;
        for (var i = 0; i < codePoint; i++)
        {
            if (at >= text.Length)
            {
                return -1;
            }

            at += char.IsHighSurrogate(text[at]) && at + 1 < text.Length ? 2 : 1;
        }

        return codePoint < 0 ? -1 : at;
    }

    private static JsonElement.ArrayEnumerator List(JsonElement element, string name, string where) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array
            ? list.EnumerateArray()
            : throw new FormatException($"{where} has no list '{name}'");

    private static string Text(JsonElement element, string name, string where) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String
            ? text.GetString() ?? ""
            : throw new FormatException($"{where} has no text '{name}'");

    private static FormatException Fault(string path, string what) => new($"'{path}': {what}");
}

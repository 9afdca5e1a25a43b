using System.Text;
using Gyre.Contracts;
using Gyre.Evaluation;
using Gyre.Evaluation.Datasets;

namespace Gyre.Training.Encoders;

/// <summary>The documents of an encoder's training.</summary>
/// <param name="Training">Documents to learn from.</param>
/// <param name="Validation">Held-out documents.</param>
/// <param name="Overlapping">Documents left out because they share a run of words with a held-out passage.</param>
internal sealed record EncoderDocuments(IReadOnlyList<string> Training, IReadOnlyList<string> Validation, int Overlapping)
{
    /// <summary>Words that two texts must share in a row to count as overlapping.</summary>
    private const int RunOfWords = 8;
    private const long MostBytes = 1L << 30;
    private const string NoColumn = "\u0001";

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads them all; which ones are held out depends on their text alone.</summary>
    /// <remarks>Errors: TRN0040 a file cannot be read; TRN0555 a file of questions; TRN0551 nothing is left to learn from or to measure.</remarks>
    public static EncoderDocuments Read(EncoderCorpusRecipe corpus)
    {
        var questions = corpus.Questions is { } data ? QuestionSplits.Read(data) : null;
        var heldOut = Runs(questions?.HeldOutPassages ?? []);
        var (training, validation, overlapping) = (new List<string>(), new List<string>(), 0);
        foreach (var text in Texts(corpus).Concat(questions?.TrainingPassages ?? []).Distinct(StringComparer.Ordinal))
        {
            if (heldOut.Count > 0 && Runs([text]).Overlaps(heldOut))
            {
                overlapping++;
                continue;
            }

            (new SeededRandom(0).Fork(text).NextDouble() < corpus.ValidationShare ? validation : training).Add(text);
        }

        return training.Count > 0 && validation.Count > 0
            ? new EncoderDocuments(training, validation, overlapping)
            : throw new TrainingException("TRN0551", $"Reading the texts failed: found {training.Count} documents to learn from and {validation.Count} for validation; expected at least one of each. Give more texts, or check corpus.separator.");
    }

    private static IEnumerable<string> Texts(EncoderCorpusRecipe corpus)
    {
        foreach (var path in corpus.Texts)
        {
            foreach (var text in ReadText(path).Split(corpus.Separator))
            {
                if (!string.IsNullOrWhiteSpace(text))
                {
                    yield return text.Trim();
                }
            }
        }

        foreach (var (path, column) in corpus.Tables)
        {
            foreach (var text in ReadTable(path, column))
            {
                yield return text;
            }
        }
    }

    private static string ReadText(string path)
    {
        try
        {
            return new FileInfo(path) is { Exists: true, Length: > MostBytes } file
                ? throw new IOException($"it has {file.Length} bytes; at most {MostBytes} are read")
                : File.ReadAllText(path, Strict);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or DecoderFallbackException)
        {
            throw Unreadable(path, error);
        }
    }

    private static IEnumerable<string> ReadTable(string path, string column)
    {
        try
        {
            var columns = new DatasetColumns { Id = NoColumn, Prompt = column, Reference = NoColumn, Task = NoColumn, Subject = NoColumn, Family = NoColumn };
            return DatasetFile.Open(path, columns).Read().Select(row => row.Prompt.Trim());
        }
        catch (EvaluationException error)
        {
            throw Unreadable(path, error);
        }
    }

    private static TrainingException Unreadable(string path, Exception error) =>
        new("TRN0040", $"Reading the corpus failed: '{path}' cannot be read ({error.Message.TrimEnd('.')}). Check the paths and columns of 'corpus'; relative paths count from the recipe's folder.", error);

    private static HashSet<string> Runs(IEnumerable<string> texts)
    {
        var runs = new HashSet<string>(StringComparer.Ordinal);
        foreach (var text in texts)
        {
            var words = WordsOf(text);
            for (var i = 0; i + RunOfWords <= words.Length; i++)
            {
                runs.Add(string.Join(' ', words.AsSpan(i, RunOfWords).ToArray()));
            }
        }

        return runs;
    }

    private static string[] WordsOf(string text) =>
        new string([.. text.ToLowerInvariant().Select(c => char.IsLetterOrDigit(c) ? c : ' ')]).Split(' ', StringSplitOptions.RemoveEmptyEntries);
}

using System.Text;
using Gyre.Contracts;
using Gyre.Evaluation;
using Gyre.Evaluation.Datasets;

namespace Gyre.Training.Encoders;

/// <summary>Reads texts with labels: a table with two columns, or a file with a word and its label a line and an empty line between sentences.</summary>
internal static class LabelFile
{
    private const long MostBytes = 256L << 20;
    private const int MostWords = 100_000;
    private const string NoColumn = "\u0001";

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Texts of a table.</summary>
    /// <remarks>Errors: TRN0040 the file cannot be read or lacks a column; TRN0552 a row has no label.</remarks>
    public static IReadOnlyList<LabelledText> ReadTable(string path, string textColumn, string labelColumn)
    {
        try
        {
            var columns = new DatasetColumns
            {
                Id = NoColumn, Prompt = textColumn, Reference = NoColumn, Task = NoColumn, Subject = NoColumn, Family = NoColumn,
                Facts = new Dictionary<string, string>(StringComparer.Ordinal) { ["label"] = labelColumn },
            };
            return [.. DatasetFile.Open(path, columns).Read().Select((row, i) => new LabelledText([row.Prompt], [LabelOf(row, i)], i + 1))];
        }
        catch (EvaluationException error)
        {
            throw Unreadable(path, error);
        }

        string LabelOf(DatasetRow row, int index) => row.Facts.GetValueOrDefault("label", "").Trim() is { Length: > 0 } label ? label
            : throw new TrainingException("TRN0552", $"Reading labels failed: row {index + 1} of '{path}' has an empty '{labelColumn}'; expected a label. Complete the row, or leave it out.");
    }

    /// <summary>Sentences of words.</summary>
    /// <remarks>Errors: TRN0040 the file cannot be read; TRN0552 a line has no word and label.</remarks>
    public static IReadOnlyList<LabelledText> ReadWords(string path)
    {
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > MostBytes } file)
            {
                throw new IOException($"it has {file.Length} bytes; at most {MostBytes} are read");
            }

            var (sentences, words, labels, line) = (new List<LabelledText>(), new List<string>(), new List<string>(), 0L);
            foreach (var text in File.ReadLines(path, Strict).Append(""))
            {
                line++;
                if (string.IsNullOrWhiteSpace(text))
                {
                    if (words.Count > 0)
                    {
                        sentences.Add(new LabelledText([.. words], [.. labels], line - words.Count));
                    }

                    words.Clear();
                    labels.Clear();
                    continue;
                }

                var parts = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
                if (parts.Length < 2 || words.Count == MostWords)
                {
                    throw new TrainingException("TRN0552", $"Reading labels failed: line {line} of '{path}' {(parts.Length < 2 ? "holds one word" : $"goes on with a sentence of {MostWords} words")}; expected a word, white space and its label, and an empty line between sentences.");
                }

                words.Add(parts[0]);
                labels.Add(parts[^1]);
            }

            return sentences;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or DecoderFallbackException)
        {
            throw Unreadable(path, error);
        }
    }

    private static TrainingException Unreadable(string path, Exception error) =>
        new("TRN0040", $"Reading labels failed: '{path}' cannot be read ({error.Message.TrimEnd('.')}). Check the path and columns of 'data'; relative paths count from the recipe's folder.", error);
}

using System.Text.Encodings.Web;
using System.Text.Json;
using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Statistics;

namespace Gyre.Training.Encoders;

/// <summary>Labels that were wanted and said, text after text, and how two such lists differ.</summary>
/// <param name="labels">How many labels there are.</param>
internal sealed class LabelScores(int labels)
{
    /// <summary>What a run calls its file.</summary>
    public const string FileName = "labels.jsonl";

    private const int MostLine = 1 << 20;

    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly List<(int[] Wanted, int[] Said)> _texts = [];

    /// <summary>The texts in their order.</summary>
    public IReadOnlyList<(int[] Wanted, int[] Said)> Texts => _texts;

    /// <summary>Adds a text: what was wanted of each of its words, or of the whole, and what was said.</summary>
    public void Add(int[] wanted, int[] said) => _texts.Add((wanted, said));

    /// <summary>The same texts with one label always said.</summary>
    public LabelScores Always(int label)
    {
        var always = new LabelScores(labels);
        foreach (var (wanted, _) in _texts)
        {
            always.Add(wanted, [.. wanted.Select(_ => label)]);
        }

        return always;
    }

    /// <summary>The share of labels that are right, against another list of the same texts.</summary>
    public Comparison CompareAccuracy(LabelScores other) => Compare(other, (sums, _) => MetricValue.Ratio(sums[0], sums[1], "there are no labels"));

    /// <summary>The mean of the labels' F1 over those that are wanted or said, against another list.</summary>
    public Comparison CompareF1(LabelScores other) => Compare(other, (sums, _) => MacroF1(sums));

    /// <summary>Writes one line a text.</summary>
    public void Write(string path, IReadOnlyList<string> names) => Runs.AtomicFile.WriteText(
        path, string.Concat(_texts.Select(text => JsonSerializer.Serialize(new Line([.. text.Wanted.Select(label => names[label])], [.. text.Said.Select(label => names[label])]), Json) + "\n")));

    /// <summary>Reads what <see cref="Write"/> wrote, to be compared with this.</summary>
    /// <remarks>Errors: TRN0557 there is no such file, it is damaged, or its texts are not these.</remarks>
    public LabelScores ReadOther(string path, IReadOnlyList<string> names)
    {
        try
        {
            var other = new LabelScores(labels);
            foreach (var line in File.ReadLines(path))
            {
                var read = (line.Length <= MostLine ? JsonSerializer.Deserialize<Line>(line, Json) : null) ?? throw new JsonException($"line {other._texts.Count + 1} holds no labels");
                other.Add(Indices(read.Wanted), Indices(read.Said));
            }

            return other._texts.Count == _texts.Count && other._texts.Zip(_texts).All(pair => pair.First.Wanted.SequenceEqual(pair.Second.Wanted) && pair.First.Said.Length == pair.Second.Said.Length)
                ? other
                : throw new JsonException($"its {other._texts.Count} texts are not the {_texts.Count} of this test");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new TrainingException("TRN0557", $"Comparing with another run failed: '{path}' cannot be compared with ({error.Message.TrimEnd('.')}). Expected the labels.jsonl of a finished run over the same data. Check 'against'.", error);
        }

        int[] Indices(IReadOnlyList<string>? said) => [.. (said ?? []).Select(label => Enumerable.Range(0, names.Count).Where(i => names[i] == label).Append(-1).First() is var found and >= 0
            ? found
            : throw new JsonException($"it has the label '{label}', which is none of {string.Join(", ", names)}"))];
    }

    private Comparison Compare(LabelScores other, MetricCombiner combine) => PairedComparison.Compare(other.Statistics(), Statistics(), combine, new ComparisonOptions());

    /// <summary>Right ones, all, then for each label how often it was said rightly, said, and wanted. A text's words are resampled together.</summary>
    private SampleStatistics Statistics()
    {
        var statistics = new SampleStatistics(2 + (3 * labels));
        foreach (var (wanted, said) in _texts)
        {
            var sums = new double[2 + (3 * labels)];
            for (var i = 0; i < wanted.Length; i++)
            {
                var isRight = wanted[i] == said[i] ? 1 : 0;
                sums[0] += isRight;
                sums[1]++;
                sums[2 + (3 * said[i])] += isRight;
                sums[3 + (3 * said[i])]++;
                sums[4 + (3 * wanted[i])]++;
            }

            statistics.Add(sums);
        }

        return statistics;
    }

    private static MetricValue MacroF1(ReadOnlySpan<double> sums)
    {
        var (total, count) = (0.0, 0);
        for (var i = 2; i < sums.Length; i += 3)
        {
            if (sums[i + 1] + sums[i + 2] > 0)
            {
                total += 2 * sums[i] / (sums[i + 1] + sums[i + 2]);
                count++;
            }
        }

        return MetricValue.Ratio(total, count, "there are no labels");
    }

    private sealed record Line(IReadOnlyList<string> Wanted, IReadOnlyList<string> Said);
}

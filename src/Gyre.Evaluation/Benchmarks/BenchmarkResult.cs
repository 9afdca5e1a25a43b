using System.Globalization;
using System.Text;
using Gyre.Evaluation.Metrics;

namespace Gyre.Evaluation.Benchmarks;

/// <summary>What a model reached on a benchmark.</summary>
/// <param name="Definition">The benchmark.</param>
/// <param name="Model">The model's name.</param>
/// <param name="ModelDigest">The model's digest.</param>
/// <param name="Shots">Examples before each question.</param>
/// <param name="ByGeneration">True when choices were named by letter.</param>
/// <param name="Outcomes">Every item's, in the order of the files.</param>
/// <param name="Measures">The numbers over all items; the first is the headline.</param>
/// <param name="Subjects">The headline of each subject, by name, when there are several.</param>
/// <param name="Undefined">Items without a result, by reason.</param>
/// <param name="Duration">From the first question to the last answer.</param>
public sealed record BenchmarkResult(
    BenchmarkDefinition Definition,
    string Model,
    string ModelDigest,
    int Shots,
    bool ByGeneration,
    IReadOnlyList<BenchmarkOutcome> Outcomes,
    IReadOnlyList<MeasureResult> Measures,
    IReadOnlyDictionary<string, MeasureResult> Subjects,
    IReadOnlyDictionary<string, int> Undefined,
    TimeSpan Duration)
{
    /// <summary>Chose examples and orders of answers.</summary>
    public ulong Seed { get; init; }

    /// <summary>The most items of each subject; null for all.</summary>
    public int? Limit { get; init; }

    /// <summary>The change of the questions; null for none.</summary>
    public string? Perturbation { get; init; }

    /// <summary>The subjects that were asked for; empty for all.</summary>
    public IReadOnlyList<string> ChosenSubjects { get; init; } = [];

    /// <summary>The files that questions and examples are from.</summary>
    public IReadOnlyList<BenchmarkFile> Files { get; init; } = [];

    /// <summary>Items that have a result.</summary>
    public int Answered => Outcomes.Count(outcome => outcome.Reason is null);

    /// <summary>The result as a Markdown table, with what was left out and why.</summary>
    public string ToMarkdown()
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"## {Definition.Title} (version {Definition.Version}) · {Model}\n");
        text.AppendLine(CultureInfo.InvariantCulture, $"{Answered} of {Outcomes.Count} items, {Shots} example(s), {(ByGeneration ? "answers named by letter, " : "")}{Definition.Paper.Authors} {Definition.Paper.Year}, {Definition.Paper.Reference}\n");
        text.AppendLine("| metric | value | interval | items |\n|---|---|---|---|");
        foreach (var measure in Measures)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"| {measure.Measure.Label} {(measure.Measure.Direction == ScoreDirection.HigherIsBetter ? "↑" : "↓")} | {Show(measure.Value, measure.Form)} | {Show(measure)} | {measure.Count} |");
        }

        foreach (var (reason, count) in Undefined)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"\n{count} item(s) without a result: {reason}.");
        }

        return text.ToString();
    }

    /// <summary>The result as JSON, without the items: the text of <c>benchmark.json</c>.</summary>
    public string ToJson() => BenchmarkJson.Write(this);

    private static string Show(MeasureResult measure) => measure.Interval is { } interval
        ? $"{Show(MetricValue.Of(interval.Low), measure.Form)} – {Show(MetricValue.Of(interval.High), measure.Form)}"
        : "–";

    private static string Show(MetricValue value, MetricForm form) => !value.IsDefined
        ? $"undefined: {value.Reason.Detail}"
        : form.Unit == MetricUnit.Share ? value.Number.ToString("0.0 %", CultureInfo.InvariantCulture) : value.Number.ToString("0.###", CultureInfo.InvariantCulture);
}

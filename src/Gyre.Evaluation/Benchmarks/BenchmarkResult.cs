using System.Globalization;
using System.Text;
using System.Text.Json;
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

    /// <summary>The result as JSON, without the items.</summary>
    public string ToJson()
    {
        using var memory = new MemoryStream();
        using (var writer = new Utf8JsonWriter(memory, new JsonWriterOptions { Indented = true }))
        {
            writer.WriteStartObject();
            writer.WriteString("benchmark", Definition.Name);
            writer.WriteNumber("version", Definition.Version);
            writer.WriteString("definitionDigest", Definition.Digest);
            writer.WriteString("model", Model);
            writer.WriteString("modelDigest", ModelDigest);
            writer.WriteNumber("shots", Shots);
            writer.WriteBoolean("byGeneration", ByGeneration);
            writer.WriteNumber("items", Outcomes.Count);
            writer.WriteNumber("answered", Answered);
            writer.WriteNumber("seconds", Math.Round(Duration.TotalSeconds, 3));
            writer.WriteStartArray("metrics");
            foreach (var measure in Measures)
            {
                Write(writer, measure, measure.Measure.Label);
            }

            writer.WriteEndArray();
            writer.WriteStartArray("subjects");
            foreach (var (subject, measure) in Subjects)
            {
                Write(writer, measure, subject);
            }

            writer.WriteEndArray();
            writer.WriteStartObject("undefined");
            foreach (var (reason, count) in Undefined)
            {
                writer.WriteNumber(reason, count);
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(memory.ToArray());
    }

    private static void Write(Utf8JsonWriter writer, MeasureResult measure, string name)
    {
        writer.WriteStartObject();
        writer.WriteString("name", name);
        writer.WriteString("direction", measure.Measure.Direction == ScoreDirection.HigherIsBetter ? "higher" : "lower");
        if (measure.Value.IsDefined)
        {
            writer.WriteNumber("value", measure.Value.Number);
        }
        else
        {
            writer.WriteString("undefined", measure.Value.Reason.Detail);
        }

        if (measure.Interval is { } interval)
        {
            writer.WriteNumber("low", interval.Low);
            writer.WriteNumber("high", interval.High);
            writer.WriteString("method", interval.Method);
        }

        writer.WriteNumber("items", measure.Count);
        writer.WriteEndObject();
    }

    private static string Show(MeasureResult measure) => measure.Interval is { } interval
        ? $"{Show(MetricValue.Of(interval.Low), measure.Form)} – {Show(MetricValue.Of(interval.High), measure.Form)}"
        : "–";

    private static string Show(MetricValue value, MetricForm form) => !value.IsDefined
        ? $"undefined: {value.Reason.Detail}"
        : form.Unit == MetricUnit.Share ? value.Number.ToString("0.0 %", CultureInfo.InvariantCulture) : value.Number.ToString("0.###", CultureInfo.InvariantCulture);
}

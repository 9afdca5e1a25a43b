using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Gyre.Evaluation.Benchmarks.Aggregates;
using Gyre.Evaluation.Metrics;

namespace Gyre.Evaluation.Benchmarks;

/// <summary>Results of benchmarks as JSON. The form is described in <c>docs/design/evaluation-benchmarks.md</c>.</summary>
internal static class BenchmarkJson
{
    /// <summary>The format's name and version.</summary>
    public const string Format = "gyre-benchmark-1";

    private static readonly JsonWriterOptions Indented = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonWriterOptions OneLine = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A result without its items.</summary>
    public static string Write(BenchmarkResult result)
    {
        using var memory = new MemoryStream();
        using (var json = new Utf8JsonWriter(memory, Indented))
        {
            json.WriteStartObject();
            json.WriteString("format", Format);
            WriteBenchmark(json, result.Definition);
            json.WriteStartObject("model");
            json.WriteString("name", result.Model);
            json.WriteString("digest", result.ModelDigest);
            json.WriteEndObject();
            WriteRun(json, result);
            WriteItems(json, result);
            json.WritePropertyName("headline");
            WriteMeasure(json, result.Measures[0], result.Measures[0].Measure.Label);
            json.WriteStartArray("metrics");
            foreach (var measure in result.Measures)
            {
                WriteMeasure(json, measure, measure.Measure.Label);
            }

            json.WriteEndArray();
            json.WriteStartArray("subjects");
            foreach (var (subject, measure) in result.Subjects)
            {
                WriteMeasure(json, measure, subject);
            }

            json.WriteEndArray();
            json.WriteStartArray("files");
            foreach (var file in result.Files)
            {
                json.WriteStartObject();
                json.WriteString("split", file.Split);
                json.WriteString("name", file.Name);
                json.WriteNumber("bytes", file.Length);
                json.WriteString("sha256", file.Digest);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(memory.ToArray());
    }

    /// <summary>Every item on a line of its own.</summary>
    public static void WriteItems(Stream destination, BenchmarkResult result)
    {
        IMetric<BenchmarkOutcome>[] metrics = [.. result.Definition.Measures.Select(measure => measure.Name).Distinct(StringComparer.Ordinal)
            .Select(name => BenchmarkMetrics.Create(result.Definition.Measures.First(measure => measure.Name == name) with { IsMacro = false }, result.Outcomes))];
        using var json = new Utf8JsonWriter(destination, OneLine);
        foreach (var outcome in result.Outcomes)
        {
            WriteItem(json, outcome, metrics);
            json.Flush();
            destination.WriteByte((byte)'\n');
            json.Reset();
        }
    }

    private static void WriteBenchmark(Utf8JsonWriter json, BenchmarkDefinition definition)
    {
        json.WriteStartObject("benchmark");
        json.WriteString("name", definition.Name);
        json.WriteString("title", definition.Title);
        json.WriteNumber("version", definition.Version);
        json.WriteString("digest", definition.Digest);
        json.WriteString("task", definition.Task.ToString().ToLowerInvariant());
        json.WriteString("licence", definition.Licence);
        json.WriteString("home", definition.Home);
        json.WriteStartObject("paper");
        json.WriteString("title", definition.Paper.Title);
        json.WriteString("authors", definition.Paper.Authors);
        json.WriteNumber("year", definition.Paper.Year);
        json.WriteString("reference", definition.Paper.Reference);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteRun(Utf8JsonWriter json, BenchmarkResult result)
    {
        json.WriteStartObject("run");
        json.WriteNumber("shots", result.Shots);
        json.WriteBoolean("byGeneration", result.ByGeneration);
        json.WriteNumber("seed", result.Seed);
        if (result.Limit is { } limit)
        {
            json.WriteNumber("limit", limit);
        }

        if (result.Perturbation is { } perturbation)
        {
            json.WriteString("perturbation", perturbation);
        }

        json.WriteStartArray("subjects");
        foreach (var subject in result.ChosenSubjects)
        {
            json.WriteStringValue(subject);
        }

        json.WriteEndArray();
        json.WriteNumber("seconds", Math.Round(result.Duration.TotalSeconds, 3));
        json.WriteEndObject();
    }

    private static void WriteItems(Utf8JsonWriter json, BenchmarkResult result)
    {
        json.WriteStartObject("items");
        json.WriteNumber("total", result.Outcomes.Count);
        json.WriteNumber("answered", result.Answered);
        json.WriteStartObject("undefined");
        foreach (var (reason, count) in result.Undefined)
        {
            json.WriteNumber(reason, count);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteMeasure(Utf8JsonWriter json, MeasureResult measure, string name)
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteString("direction", measure.Measure.Direction == ScoreDirection.HigherIsBetter ? "higher" : "lower");
        json.WriteString("unit", measure.Form.Unit.ToString().ToLowerInvariant());
        if (measure.Value.IsDefined)
        {
            json.WriteNumber("value", measure.Value.Number);
        }
        else
        {
            json.WriteString("undefined", measure.Value.Reason.Detail);
        }

        if (measure.Interval is { } interval)
        {
            json.WriteNumber("low", interval.Low);
            json.WriteNumber("high", interval.High);
            json.WriteNumber("confidence", interval.Confidence);
            json.WriteString("method", interval.Method);
        }

        json.WriteNumber("items", measure.Count);
        json.WriteEndObject();
    }

    private static void WriteItem(Utf8JsonWriter json, BenchmarkOutcome outcome, IMetric<BenchmarkOutcome>[] metrics)
    {
        json.WriteStartObject();
        json.WriteString("id", outcome.Id);
        json.WriteString("subject", outcome.Subject);
        json.WriteString("prompt", outcome.Prompt);
        if (outcome.Right >= 0)
        {
            json.WriteNumber("right", outcome.Right);
        }

        if (outcome.Chosen >= 0)
        {
            json.WriteNumber("chosen", outcome.Chosen);
        }

        if (outcome.Choices.Count > 0)
        {
            WriteChoices(json, outcome.Choices);
        }

        if (outcome.Answers.Count > 0)
        {
            json.WriteStartArray("answers");
            foreach (var answer in outcome.Answers)
            {
                json.WriteStringValue(answer);
            }

            json.WriteEndArray();
        }

        WriteNumbers(json, "values", outcome.Values);
        var scores = metrics.Select(metric => (metric.Name, Value: ValueOf(metric, outcome))).Where(pair => pair.Value is not null);
        WriteNumbers(json, "scores", scores.Select(pair => KeyValuePair.Create(pair.Name, pair.Value!.Value))); // Nulls are filtered.
        if (outcome.Reason is { } reason)
        {
            json.WriteString("undefined", reason.Detail);
        }

        json.WriteNumber("milliseconds", Math.Round(outcome.Duration.TotalMilliseconds, 3));
        json.WriteEndObject();
    }

    private static void WriteChoices(Utf8JsonWriter json, IReadOnlyList<ChoiceOutcome> choices)
    {
        json.WriteStartArray("choices");
        foreach (var choice in choices)
        {
            json.WriteStartObject();
            json.WriteString("text", choice.Text);
            json.WriteNumber("logLikelihood", choice.LogLikelihood);
            json.WriteNumber("tokens", choice.Tokens);
            if (choice.Unconditional is { } bare)
            {
                json.WriteNumber("unconditional", bare);
            }

            if (choice.Tag.Length > 0)
            {
                json.WriteString("tag", choice.Tag);
            }

            json.WriteBoolean("right", choice.IsRight);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, IEnumerable<KeyValuePair<string, double>> numbers)
    {
        var isOpen = false;
        foreach (var (key, value) in numbers)
        {
            if (!isOpen)
            {
                json.WriteStartObject(name);
                isOpen = true;
            }

            json.WriteNumber(key, value);
        }

        if (isOpen)
        {
            json.WriteEndObject();
        }
    }

    /// <summary>What a metric says of one item alone; null when it says nothing of single items.</summary>
    private static double? ValueOf(IMetric<BenchmarkOutcome> metric, BenchmarkOutcome outcome)
    {
        if (metric.Width > 1)
        {
            return null;
        }

        Span<double> sums = stackalloc double[1];
        return metric.TryMeasure(outcome, sums, out _) && metric.Combine(sums, 1) is { IsDefined: true } value ? value.Number : null;
    }
}

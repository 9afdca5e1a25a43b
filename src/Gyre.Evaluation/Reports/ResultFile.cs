using System.Text.Encodings.Web;
using System.Text.Json;
using Gyre.Evaluation.Experiments;
using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Statistics;

namespace Gyre.Evaluation.Reports;

/// <summary>The result of an experiment as a file (<c>result.json</c>): written once, read again by gates and comparisons.</summary>
/// <remarks>
/// Equal results are equal bytes, and what is read equals what was written, number for number. Numbers that a form has no bound
/// for are null. The format's name and version stand in the member <c>format</c>; a reader ignores members that it does not know.
/// </remarks>
public static class ResultFile
{
    /// <summary>The format's name and version.</summary>
    public const string Format = "gyre-experiment-1";

    internal const int MostBytes = 256 << 20;
    internal const int MostDepth = 8;

    private static readonly JsonWriterOptions Options = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes a result to a file, whole or not at all.</summary>
    /// <exception cref="EvaluationException">EVA0045: it cannot be written.</exception>
    public static void Save(string path, ExperimentResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        ReportFile.Write(path, stream => Write(stream, result));
    }

    /// <summary>Writes a result.</summary>
    /// <param name="destination">Takes UTF-8 and stays open.</param>
    /// <param name="result">What is written.</param>
    public static void Write(Stream destination, ExperimentResult result)
    {
        ArgumentNullException.ThrowIfNull(destination);
        ArgumentNullException.ThrowIfNull(result);
        using (var json = new Utf8JsonWriter(destination, Options))
        {
            Write(json, result);
        }

        destination.WriteByte((byte)'\n');
    }

    /// <summary>Reads a result.</summary>
    /// <exception cref="EvaluationException">EVA0046: there is no such file, or it cannot be read or is larger than 256 MiB. EVA0041: it is no result, or one of another version. EVA0042: a member is missing or wrong; the message names it.</exception>
    public static ExperimentResult Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            return Read(stream, path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new EvaluationException("EVA0046", $"Reading the result of an experiment failed: {error.Message} File: {path}. Expected the result.json that an experiment leaves in its folder; check the path, or run the experiment.", error);
        }
    }

    /// <summary>Reads a result.</summary>
    /// <param name="source">UTF-8; stays open.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="EvaluationException">As <see cref="Load"/>.</exception>
    public static ExperimentResult Read(Stream source, string name)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(name);
        return ResultReader.Read(source, name);
    }

    private static void Write(Utf8JsonWriter json, ExperimentResult result)
    {
        json.WriteStartObject();
        json.WriteString("format", Format);
        json.WriteString("name", result.Name);
        json.WriteStartObject("dataset");
        json.WriteString("name", result.Dataset);
        json.WriteString("digest", result.DatasetDigest);
        json.WriteString("provenance", result.Provenance);
        json.WriteNumber("rows", result.Rows);
        json.WriteEndObject();
        json.WriteString("baseline", result.Baseline);
        json.WriteStartObject("statistics");
        json.WriteNumber("seed", result.Comparison.Seed);
        json.WriteNumber("confidence", result.Comparison.Confidence);
        json.WriteNumber("resamples", result.Comparison.Resamples);
        json.WriteEndObject();
        WriteAll(json, "metrics", result.Metrics, WriteMetric);
        WriteAll(json, "candidates", result.Candidates, WriteCandidate);
        WriteAll(json, "cells", result.Cells, WriteCell);
        WriteAll(json, "comparisons", result.Comparisons, WriteComparison);
        WriteAll(json, "gates", result.Gates, WriteGate);
        WriteAll(json, "remarks", result.Remarks, WriteRemark);
        if (result.Choice is { } choice)
        {
            json.WriteStartObject("choice");
            json.WriteString("scorer", choice.Scorer);
            json.WriteString("task", choice.Task);
            json.WriteString("chosen", choice.Chosen);
            json.WriteString("ground", WireName.Of(choice.Ground));
            WriteAll(json, "alike", choice.Alike, static (writer, name) => writer.WriteString("candidate", name));
            WriteAll(json, "excluded", choice.Excluded, static (writer, item) =>
            {
                writer.WriteString("candidate", item.Candidate);
                writer.WriteString("reason", item.Reason);
            });
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteAll<T>(Utf8JsonWriter json, string name, IReadOnlyList<T> items, Action<Utf8JsonWriter, T> write)
    {
        json.WriteStartArray(name);
        foreach (var item in items)
        {
            json.WriteStartObject();
            write(json, item);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteMetric(Utf8JsonWriter json, ExperimentMetric metric)
    {
        json.WriteString("scorer", metric.Scorer);
        json.WriteString("task", metric.Task);
        json.WriteString("direction", WireName.Of(metric.Form.Direction));
        json.WriteString("unit", WireName.Of(metric.Form.Unit));
        WriteNumber(json, "least", double.IsFinite(metric.Form.Least) ? metric.Form.Least : null);
        WriteNumber(json, "greatest", double.IsFinite(metric.Form.Greatest) ? metric.Form.Greatest : null);
        json.WriteString("source", metric.Form.Source);
        WriteNumber(json, "threshold", metric.Threshold);
        WriteNumber(json, "tolerance", metric.Tolerance);
        WriteNumber(json, "effect", metric.Effect);
    }

    private static void WriteCandidate(Utf8JsonWriter json, CandidateSummary candidate)
    {
        json.WriteString("name", candidate.Name);
        json.WriteString("digest", candidate.Digest);
        json.WriteNumber("rows", candidate.Rows);
        json.WriteNumber("failed", candidate.Failed);
        json.WriteNumber("kept", candidate.Kept);
        json.WriteNumber("inputTokens", candidate.InputTokens);
        json.WriteNumber("outputTokens", candidate.OutputTokens);
        if (candidate.Cost is { } cost)
        {
            json.WriteNumber("cost", cost);
        }
        else
        {
            json.WriteNull("cost");
        }

        WriteNumber(json, "medianSeconds", candidate.MedianSeconds);
        WriteNumber(json, "p95Seconds", candidate.P95Seconds);
        json.WriteNumber("cut", candidate.Cut);
    }

    private static void WriteCell(Utf8JsonWriter json, ExperimentCell cell)
    {
        WritePlace(json, cell.Scorer, cell.Task, cell.Segment, cell.Candidate);
        json.WriteNumber("count", cell.Count);
        json.WriteNumber("undefined", cell.Undefined);
        WriteValue(json, "value", cell.Value);
        WriteInterval(json, cell.Interval);
        json.WriteString("reason", cell.Reason);
        if (cell.IsMet is { } isMet)
        {
            json.WriteBoolean("isMet", isMet);
        }
        else
        {
            json.WriteNull("isMet");
        }
    }

    private static void WriteComparison(Utf8JsonWriter json, ExperimentComparison item)
    {
        var comparison = item.Comparison;
        WritePlace(json, item.Scorer, item.Task, item.Segment, item.Candidate);
        json.WriteString("baseline", item.Baseline);
        json.WriteNumber("pairs", comparison.Pairs);
        json.WriteNumber("leftOut", comparison.LeftOut);
        WriteValue(json, "first", comparison.First);
        WriteValue(json, "second", comparison.Second);
        WriteValue(json, "difference", comparison.Difference);
        WriteInterval(json, comparison.Interval);
        WriteNumber(json, "pValue", comparison.PValue);
        WriteNumber(json, "adjustedPValue", item.AdjustedPValue);
        WriteNumber(json, "effectSize", comparison.EffectSize);
        WriteNumber(json, "minimumDetectableEffect", item.MinimumDetectableEffect);
    }

    private static void WriteGate(Utf8JsonWriter json, GateCheck gate)
    {
        json.WriteString("scorer", gate.Scorer);
        json.WriteString("task", gate.Task);
        json.WriteString("candidate", gate.Candidate);
        json.WriteString("baseline", gate.Baseline);
        json.WriteNumber("tolerance", gate.Tolerance);
        json.WriteNumber("pairs", gate.Finding.Pairs);
        WriteValue(json, "difference", gate.Finding.Difference);
        WriteNumber(json, "pValue", gate.Finding.PValue);
        WriteNumber(json, "detectableRegression", gate.Finding.DetectableRegression);
        WriteNumber(json, "adjustedPValue", gate.AdjustedPValue);
        json.WriteString("verdict", WireName.Of(gate.Verdict));
    }

    private static void WriteRemark(Utf8JsonWriter json, ScorerRemark remark)
    {
        json.WriteString("scorer", remark.Scorer);
        json.WriteString("name", remark.Name);
        WriteValue(json, "value", remark.Value);
        WriteInterval(json, remark.Interval);
        json.WriteString("detail", remark.Detail);
    }

    private static void WritePlace(Utf8JsonWriter json, string scorer, string? task, string segment, string candidate)
    {
        json.WriteString("scorer", scorer);
        json.WriteString("task", task);
        json.WriteString("segment", segment);
        json.WriteString("candidate", candidate);
    }

    private static void WriteValue(Utf8JsonWriter json, string name, MetricValue value)
    {
        if (value.IsDefined)
        {
            json.WriteNumber(name, value.Number);
            return;
        }

        json.WriteStartObject(name);
        json.WriteString("undefined", WireName.Of(value.Reason.Cause));
        json.WriteString("detail", value.Reason.Detail);
        json.WriteEndObject();
    }

    private static void WriteInterval(Utf8JsonWriter json, Interval? interval)
    {
        if (interval is null)
        {
            json.WriteNull("interval");
            return;
        }

        json.WriteStartObject("interval");
        json.WriteNumber("low", interval.Low);
        json.WriteNumber("high", interval.High);
        json.WriteNumber("confidence", interval.Confidence);
        json.WriteString("method", interval.Method);
        json.WriteEndObject();
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}

using System.Text.Json;
using Gyre.Evaluation.Experiments;
using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Statistics;

namespace Gyre.Evaluation.Reports;

/// <summary>Reads the result of an experiment and checks that its parts belong together.</summary>
internal static class ResultReader
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = ResultFile.MostDepth, AllowDuplicateProperties = false };

    public static ExperimentResult Read(Stream source, string file)
    {
        using var document = Parse(source, file);
        var root = new ResultMember(document.RootElement, "", file);
        var format = FormatOf(document.RootElement);
        if (format != ResultFile.Format)
        {
            throw new EvaluationException(
                "EVA0041",
                $"Reading the result of an experiment failed: found {(format is null ? "no format" : $"the format '{Clip(format)}'")}, expected '{ResultFile.Format}'. File: {file}. {(format?.StartsWith("gyre-experiment-", StringComparison.Ordinal) == true ? "It was written by another version of Gyre: use that one, or run the experiment again." : "Expected the result.json that an experiment leaves in its folder.")}");
        }

        var dataset = root.Object("dataset");
        var statistics = root.Object("statistics");
        var result = new ExperimentResult(
            root.Text("name"),
            dataset.Text("name"),
            dataset.Text("digest"),
            dataset.Text("provenance"),
            dataset.Whole("rows"),
            root.Text("baseline"),
            [.. root.Items("candidates").Select(Candidate)],
            [.. root.Items("cells").Select(Cell)],
            [.. root.Items("comparisons").Select(Comparison)])
        {
            Metrics = [.. root.Items("metrics").Select(Metric)],
            Gates = [.. root.Items("gates").Select(Gate)],
            Choice = root.Has("choice") ? Choice(root.Object("choice")) : null,
            Remarks = root.Has("remarks") ? [.. root.Items("remarks").Select(Remark)] : [],
            Comparison = new ComparisonOptions { Seed = statistics.Seed("seed"), Confidence = Confidence(statistics), Resamples = (int)statistics.Whole("resamples", int.MaxValue) },
        };
        Check(root, result);
        return result;
    }

    private static JsonDocument Parse(Stream source, string file)
    {
        var bytes = new MemoryStream();
        var buffer = new byte[1 << 16];
        for (int count; (count = source.Read(buffer)) > 0; bytes.Write(buffer, 0, count))
        {
            if (bytes.Length + count > ResultFile.MostBytes)
            {
                throw new EvaluationException("EVA0046", $"Reading the result of an experiment failed: found more than {ResultFile.MostBytes} bytes, expected less. File: {file}. Use fewer segments, or check that it is a result.json.");
            }
        }

        try
        {
            return JsonDocument.Parse(bytes.GetBuffer().AsMemory(0, (int)bytes.Length), Options);
        }
        catch (JsonException error)
        {
            throw new EvaluationException("EVA0041", $"Reading the result of an experiment failed: it is not JSON at line {error.LineNumber + 1}, byte {error.BytePositionInLine}: nested deeper than {ResultFile.MostDepth}, cut short, with a member twice, or something else. File: {file}. Expected the result.json that an experiment leaves in its folder.", error);
        }
    }

    private static string? FormatOf(JsonElement root)
    {
        try
        {
            return root.ValueKind == JsonValueKind.Object && root.TryGetProperty("format", out var found) && found.ValueKind == JsonValueKind.String ? found.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            // Half of a character: whatever this is, it is not our name.
            return null;
        }
    }

    private static ExperimentMetric Metric(ResultMember member) => new(
        member.Text("scorer"),
        member.TextOrNull("task"),
        new MetricForm(
            member.Choice<ScoreDirection>("direction"),
            member.Choice<MetricUnit>("unit"),
            member.NumberOrNull("least") ?? double.NegativeInfinity,
            member.NumberOrNull("greatest") ?? double.PositiveInfinity,
            member.Text("source")),
        member.NumberOrNull("threshold"),
        member.NumberOrNull("tolerance")) { Effect = member.Has("effect") ? member.NumberOrNull("effect") : null };

    private static CandidateSummary Candidate(ResultMember member) => new(
        member.Text("name"),
        member.Text("digest"),
        member.Whole("rows"),
        member.Whole("failed"),
        member.Whole("kept"),
        member.Whole("inputTokens"),
        member.Whole("outputTokens"),
        member.MoneyOrNull("cost"),
        member.NumberOrNull("medianSeconds"),
        member.NumberOrNull("p95Seconds"),
        member.Whole("cut"));

    private static ExperimentChoice Choice(ResultMember member) => new(
        member.Text("scorer"),
        member.TextOrNull("task"),
        member.TextOrNull("chosen"),
        member.Choice<ChoiceGround>("ground"),
        [.. member.Items("alike").Select(item => item.Text("candidate"))],
        [.. member.Items("excluded").Select(item => new ChoiceExclusion(item.Text("candidate"), item.Text("reason")))]);

    private static ScorerRemark Remark(ResultMember member) => new(member.Text("scorer"), member.Text("name"), Value(member, "value"), IntervalOf(member), member.Text("detail"));

    private static ExperimentCell Cell(ResultMember member) => new(
        member.Text("scorer"),
        member.TextOrNull("task"),
        member.Text("segment"),
        member.Text("candidate"),
        member.Whole("count"),
        member.Whole("undefined"),
        Value(member, "value"),
        IntervalOf(member),
        member.Text("reason"),
        member.FlagOrNull("isMet"));

    private static ExperimentComparison Comparison(ResultMember member) => new(
        member.Text("scorer"),
        member.TextOrNull("task"),
        member.Text("segment"),
        member.Text("candidate"),
        member.Text("baseline"),
        new Comparison(
            (int)member.Whole("pairs", int.MaxValue),
            (int)member.Whole("leftOut", int.MaxValue),
            Value(member, "first"),
            Value(member, "second"),
            Value(member, "difference"),
            IntervalOf(member),
            Probability(member, "pValue"),
            member.NumberOrNull("effectSize")),
        Probability(member, "adjustedPValue"),
        member.NumberOrNull("minimumDetectableEffect"));

    private static GateCheck Gate(ResultMember member) => new(
        member.Text("scorer"),
        member.TextOrNull("task"),
        member.Text("candidate"),
        member.Text("baseline"),
        member.Number("tolerance"),
        new RegressionFinding((int)member.Whole("pairs", int.MaxValue), Value(member, "difference"), Probability(member, "pValue"), member.NumberOrNull("detectableRegression")),
        Probability(member, "adjustedPValue"),
        member.Choice<GateVerdict>("verdict"));

    private static MetricValue Value(ResultMember member, string name)
    {
        if (!member.IsObject(name))
        {
            return MetricValue.Of(member.Number(name));
        }

        var undefined = member.Object(name);
        var cause = undefined.Choice<UndefinedCause>("undefined");
        var detail = undefined.Text("detail");
        return string.IsNullOrWhiteSpace(detail) ? throw undefined.Fault("detail", "an empty text", "the reason why there is no value") : MetricValue.Undefined(cause, detail);
    }

    private static Interval? IntervalOf(ResultMember member)
    {
        if (member.IsNull("interval"))
        {
            return null;
        }

        var interval = member.Object("interval");
        var (low, high) = (interval.Number("low"), interval.Number("high"));
        return low <= high
            ? new Interval(low, high, Confidence(interval), interval.Text("method"))
            : throw interval.Fault("high", $"{high}", $"a number from {low}");
    }

    private static double Confidence(ResultMember member) => member.Number("confidence") is > 0 and < 1 and var confidence
        ? confidence
        : throw member.Fault("confidence", $"{member.Number("confidence")}", "a number between 0 and 1");

    private static double? Probability(ResultMember member, string name) => member.NumberOrNull(name) switch
    {
        null => null,
        >= 0 and <= 1 and var value => value,
        var value => throw member.Fault(name, $"{value}", "a number from 0 to 1"),
    };

    private static void Check(ResultMember root, ExperimentResult result)
    {
        var candidates = new HashSet<string>(StringComparer.Ordinal);
        foreach (var candidate in result.Candidates.Where(candidate => !candidates.Add(candidate.Name)))
        {
            throw root.Fault("candidates", $"'{Clip(candidate.Name)}' twice", "names that are there once");
        }

        var metrics = result.Metrics.Select(metric => (metric.Scorer, metric.Task)).ToHashSet();
        Once("metrics", result.Metrics.Select(metric => (metric.Scorer, metric.Task, "", "")));
        Once("cells", result.Cells.Select(cell => (cell.Scorer, cell.Task, cell.Segment, cell.Candidate)));
        Once("comparisons", result.Comparisons.Select(item => (item.Scorer, item.Task, item.Segment, item.Candidate)));
        Known("baseline", result.Baseline);
        for (var i = 0; i < result.Cells.Count; i++)
        {
            Known($"cells[{i}].candidate", result.Cells[i].Candidate);
            Measured($"cells[{i}].scorer", result.Cells[i].Scorer, result.Cells[i].Task);
        }

        for (var i = 0; i < result.Gates.Count; i++)
        {
            Known($"gates[{i}].candidate", result.Gates[i].Candidate);
            Known($"gates[{i}].baseline", result.Gates[i].Baseline);
            Measured($"gates[{i}].scorer", result.Gates[i].Scorer, result.Gates[i].Task);
        }

        for (var i = 0; i < result.Comparisons.Count; i++)
        {
            Known($"comparisons[{i}].candidate", result.Comparisons[i].Candidate);
            Known($"comparisons[{i}].baseline", result.Comparisons[i].Baseline);
            Measured($"comparisons[{i}].scorer", result.Comparisons[i].Scorer, result.Comparisons[i].Task);
        }

        void Once(string place, IEnumerable<(string, string?, string, string)> items)
        {
            var index = 0;
            var seen = new HashSet<(string, string?, string, string)>();
            foreach (var item in items)
            {
                if (!seen.Add(item))
                {
                    throw root.Fault($"{place}[{index}]", "what an earlier one is", "each metric, part and candidate once");
                }

                index++;
            }
        }

        void Known(string place, string name)
        {
            if (!candidates.Contains(name))
            {
                throw root.Fault(place, $"'{Clip(name)}'", "the name of one of the candidates");
            }
        }

        void Measured(string place, string scorer, string? task)
        {
            if (!metrics.Contains((scorer, task)))
            {
                throw root.Fault(place, $"'{Clip(scorer)}' of {(task is null ? "all rows" : $"the task '{Clip(task)}'")}", "one of the metrics");
            }
        }
    }

    private static string Clip(string text) => text.Length <= 80 ? text : text[..80] + "…";
}

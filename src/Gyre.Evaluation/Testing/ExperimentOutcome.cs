using System.Text;
using Gyre.Evaluation.Experiments;
using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Reports;

namespace Gyre.Evaluation.Testing;

/// <summary>What an experiment of a test found.</summary>
public sealed class ExperimentOutcome
{
    private const int Width = 120;
    private const int MostText = 300;
    private readonly RowFailures _failures;

    internal ExperimentOutcome(ExperimentResult result, RowFailures failures) => (Result, _failures) = (result, failures);

    /// <summary>Values, intervals, comparisons, costs.</summary>
    public ExperimentResult Result { get; }

    /// <summary>True when something is demanded, every demand is met, no gated metric is worse, and every call answered.</summary>
    public bool Passed => HasDemands && Result.Passed && Result.IsGateOpen;

    /// <summary>Rows that took points off where a demand is not met, and rows whose call failed; the worst few of each.</summary>
    public IReadOnlyList<RowFailure> Failures => [.. _failures.Calls, .. Failing.SelectMany(cell => _failures.Of(cell.Candidate, cell.Scorer, cell.Task))];

    private bool HasDemands => Result.Metrics.Any(metric => metric.Threshold is not null || metric.Tolerance is not null);

    private IEnumerable<ExperimentCell> Overall => Result.Cells.Where(cell => cell.Segment.Length == 0);

    private IEnumerable<ExperimentCell> Failing => Overall.Where(cell => cell.IsMet is false
        || Result.Gates.Any(check => check.Verdict != GateVerdict.Passed && check.Candidate == cell.Candidate && check.Scorer == cell.Scorer && check.Task == cell.Task));

    /// <summary>The value of a scorer over all rows.</summary>
    /// <param name="scorer">The scorer's name.</param>
    /// <param name="candidate">The candidate's name; null for the first.</param>
    /// <exception cref="ArgumentException">Nothing was measured under these names.</exception>
    public MetricValue ValueOf(string scorer, string? candidate = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(scorer);
        var name = candidate ?? Result.Candidates[0].Name;
        return Overall.FirstOrDefault(cell => cell.Scorer == scorer && cell.Candidate == name)?.Value
            ?? throw new ArgumentException($"Read the value of '{scorer}' for '{name}': nothing was measured under these names; expected one of {string.Join(", ", Overall.Select(cell => $"{cell.Scorer} for {cell.Candidate}"))}.");
    }

    /// <summary>Ends the test when the experiment did not pass.</summary>
    /// <exception cref="ExperimentFailedException">A demand is not met, a gated metric is worse, or a call failed; the message shows which, with examples.</exception>
    /// <exception cref="EvaluationException">EVA0100: nothing is demanded, so that the test could not fail.</exception>
    public void ShouldPass()
    {
        if (!HasDemands)
        {
            throw new EvaluationException(
                "EVA0100",
                $"Testing the experiment '{Result.Name}': it demands nothing, so that it could not fail; expected atLeast, atMost or tolerance with at least one scorer. Add one to Score or EachRow.");
        }

        if (!Passed)
        {
            throw new ExperimentFailedException(ToString(), this);
        }
    }

    /// <summary>The table of all values and, where the experiment did not pass, why and by which rows.</summary>
    public override string ToString()
    {
        var text = new StringBuilder($"Experiment over {MetricText.Count(Result.Rows)} rows of '{VisibleText.Line(Result.Dataset)}': {(Passed ? "passed" : HasDemands ? "did not pass" : "nothing was demanded")}.\n");
        var table = new TerminalTable(
            new TerminalColumn("", 0), new TerminalColumn("candidate", 1, IsClipped: true), new TerminalColumn("scorer", 0, IsClipped: true), new TerminalColumn("value", 0, IsRight: true),
            new TerminalColumn("interval", 3), new TerminalColumn("wanted", 0), new TerminalColumn("undefined", 2, IsRight: true));
        foreach (var cell in Overall)
        {
            var metric = Result.Metrics.First(known => known.Scorer == cell.Scorer && known.Task == cell.Task);
            table.Add(
                cell.IsMet switch { true => "✓", false => "✗", null => "" },
                cell.Candidate,
                cell.Scorer + (cell.Task is null ? "" : $" ({cell.Task})"),
                MetricText.Value(metric.Form.Unit, cell.Value),
                cell.Interval is { } interval ? MetricText.Range(metric.Form.Unit, interval) : "",
                metric.Threshold is { } threshold ? (metric.Form.Direction == ScoreDirection.HigherIsBetter ? "≥ " : "≤ ") + MetricText.Value(metric.Form.Unit, threshold) : "",
                cell.Undefined == 0 ? "" : MetricText.Count(cell.Undefined));
        }

        foreach (var line in table.Lines(Width))
        {
            text.Append("  ").AppendLine(line);
        }

        foreach (var check in Result.Gates.Where(check => check.Verdict != GateVerdict.Passed))
        {
            var unit = Result.Metrics.First(known => known.Scorer == check.Scorer && known.Task == check.Task).Form.Unit;
            text.Append($"  ✗ {check.Scorer}: '{check.Candidate}' against '{check.Baseline}' ")
                .AppendLine(check.Verdict == GateVerdict.Failed
                    ? $"is worse by more than {MetricText.Size(unit, check.Tolerance)} (p {(check.AdjustedPValue is { } p ? MetricText.Probability(p) : "unknown")})."
                    : "could not be compared: rows without a value, or too few of them.");
        }

        foreach (var candidate in Result.Candidates.Where(candidate => candidate.Failed > 0))
        {
            text.AppendLine($"  ✗ {MetricText.Count(candidate.Failed)} of {MetricText.Count(candidate.Rows)} calls of '{candidate.Name}' failed.");
        }

        foreach (var failure in Passed ? [] : Failures)
        {
            Write(text, failure);
        }

        return text.ToString();
    }

    private static void Write(StringBuilder text, RowFailure failure)
    {
        text.Append($"\n  row '{VisibleText.Line(failure.RowId)}', {failure.Candidate}{(failure.Scorer.Length > 0 ? ", " : "")}{failure.Scorer}");
        text.AppendLine(failure.Reason.Length > 0 ? $": {Short(failure.Reason)}" : failure.Value is { } value ? $": {MetricText.Value(MetricUnit.Number, value)}" : "");
        text.AppendLine($"    asked:    {Short(failure.Prompt)}");
        if (failure.Reference.Length > 0)
        {
            text.AppendLine($"    wanted:   {Short(failure.Reference)}");
        }

        if (failure.Output is { } output)
        {
            text.AppendLine($"    answered: {Short(output)}");
        }
    }

    private static string Short(string text) => TextWidth.Clip(VisibleText.Line(text.Length > MostText ? text[..MostText] + "…" : text), MostText);
}

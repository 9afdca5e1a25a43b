using Gyre.Evaluation.Experiments;
using Gyre.Evaluation.Metrics;

namespace Gyre.Evaluation.Reports;

/// <summary>What an experiment says in plain words: what is better, by how much, how sure, and what it costs.</summary>
/// <param name="Headline">One sentence for all.</param>
/// <param name="Candidates">A few sentences for each candidate but the baseline.</param>
/// <param name="Demands">What was demanded and did not hold; empty when all did.</param>
internal sealed record Decision(Sentence Headline, IReadOnlyList<Sentence> Candidates, IReadOnlyList<Sentence> Demands)
{
    private const int MostNamed = 4;

    public static Decision Of(ReportView view)
    {
        var others = view.Result.Candidates.Where(candidate => candidate.Name != view.Result.Baseline).Select(candidate => Standing.Of(view, candidate)).ToArray();
        return new Decision(
            HeadlineOf(view, others),
            [.. others.Select(standing => About(view, standing))],
            [.. view.Checks.Where(check => !check.Passed).Select(check => new Sentence().Name(check.Group).Say(": ").Name(check.Name).Say(" does not hold: ").Say(VisibleText.Line(check.Detail)).Say("."))]);
    }

    private static Sentence HeadlineOf(ReportView view, Standing[] others)
    {
        var sentence = new Sentence();
        var baseline = view.Result.Baseline;
        if (view.Result.Choice is { } choice)
        {
            return ChoiceOf(view, choice, sentence);
        }

        if (others.Length == 0)
        {
            return Single(view, sentence.Name(baseline));
        }

        var winners = others.Where(standing => standing.Better.Count > 0 && standing.Worse.Count == 0).ToArray();
        if (winners.Length > 0)
        {
            sentence.List(winners, (words, standing) => words.Name(standing.Candidate.Name)).Say(winners.Length == 1 ? " is better than " : " are better than ").Name(baseline);
            if (winners.Length == 1)
            {
                sentence.Say(" on ").List([.. winners[0].Better.Take(MostNamed)], (words, line) => Amount(view, words, line)).Say(More(winners[0].Better.Count, "metric"));
            }

            sentence.Say(winners.Length == 1 ? ", and worse on none" : " on at least one metric each, and worse on none");
            return sentence.Say(winners.Length > 1 ? "; among themselves they were not compared." : ".");
        }

        var mixed = others.Where(standing => standing.Better.Count > 0).ToArray();
        if (mixed.Length > 0)
        {
            return sentence.Say("No candidate is better than ").Name(baseline).Say(" without a loss: ")
                .List(mixed, (words, standing) => words.Name(standing.Candidate.Name)).Say(mixed.Length == 1 ? " gains on some metrics and loses on others." : " gain on some metrics and lose on others.");
        }

        var losers = others.Where(standing => standing.Worse.Count > 0).ToArray();
        if (losers.Length > 0)
        {
            return sentence.Say("No candidate is better than ").Name(baseline).Say("; ").List(losers, (words, standing) => words.Name(standing.Candidate.Name)).Say(losers.Length == 1 ? " is worse." : " are worse.");
        }

        return others.All(standing => standing.NotShown.Count == 0)
            ? sentence.Say("Nothing could be compared with ").Name(baseline).Say(": no metric has a value for both.")
            : sentence.Say("No difference from ").Name(baseline).Say(" was shown. That is not proof that there is none; each metric says below how small a difference these rows would show.");
    }

    private static Sentence ChoiceOf(ReportView view, ExperimentChoice choice, Sentence sentence)
    {
        var metric = view.Result.Metrics.First(known => known.Scorer == choice.Scorer && known.Task == choice.Task);
        if (choice.Chosen is not { } chosen)
        {
            sentence.Say("Decision: none may be chosen by ").Name(ReportView.NameOf(metric));
        }
        else
        {
            var row = view.Rows(metric).First(known => known.Cell.Candidate == chosen);
            sentence.Say("Decision: ").Name(chosen).Say(", by ").Name(ReportView.NameOf(metric))
                .Say($" {MetricText.Value(metric.Form.Unit, row.Cell.Value.Number)}{(row.Cell.Interval is { } interval ? $" ({view.Confidence} interval {MetricText.Range(metric.Form.Unit, interval)})" : "")}");
            if (row.Difference is { } difference && difference.Comparison.Difference.IsDefined)
            {
                sentence.Say($", {MetricText.Difference(metric.Form.Unit, difference.Comparison.Difference.Number)} against ").Name(view.Result.Baseline);
            }

            sentence.Say(choice.Ground switch
            {
                ChoiceGround.Best when choice.Excluded.Count + 1 < view.Result.Candidates.Count => ", better than every other that may be chosen",
                ChoiceGround.Best => ", the only one that may be chosen",
                ChoiceGround.CheapestOfAlike => ", the cheapest of those not shown to be worse than the best",
                ChoiceGround.BestByValue => ", the best by its value",
                _ => ": the baseline stays, none was shown to be better",
            });
        }

        if (choice.Alike.Count > 0)
        {
            sentence.Say("; not told apart from the best: ").List(choice.Alike, (words, name) => words.Name(name));
        }

        if (choice.Excluded.Count > 0)
        {
            sentence.Say("; left out: ").List(choice.Excluded, (words, item) => words.Name(item.Candidate).Say($" ({VisibleText.Line(item.Reason)})"));
        }

        return sentence.Say(".");
    }

    private static Sentence Single(ReportView view, Sentence sentence)
    {
        var lines = view.Result.Metrics.SelectMany(metric => view.Rows(metric).Select(row => (Metric: metric, row.Cell))).ToArray();
        return sentence.Say(" was measured alone: ").List([.. lines.Take(MostNamed)], (words, line) =>
            words.Name(ReportView.NameOf(line.Metric)).Say(line.Cell.Value.IsDefined
                ? $" {MetricText.Value(line.Metric.Form.Unit, line.Cell.Value.Number)}{(line.Cell.Interval is { } interval ? $" ({view.Confidence} interval {MetricText.Range(line.Metric.Form.Unit, interval)})" : "")}"
                : " undefined")).Say(More(lines.Length, "metric")).Say(".");
    }

    private static Sentence About(ReportView view, Standing standing)
    {
        var sentence = new Sentence().Name(standing.Candidate.Name).Say(" against ").Name(view.Result.Baseline).Say(": ");
        var parts = new List<Action<Sentence>>();
        Group(standing.Better, "better on ", (words, line) => Amount(view, words, line));
        Group(standing.Worse, "worse on ", (words, line) => Amount(view, words, line));
        Group(standing.NotShown, "no difference shown on ", (words, line) => Unshown(words, line));
        Group(standing.Undefined, "no comparison on ", (words, line) => words.Name(ReportView.NameOf(line.Metric)).Say(" (").Say(line.Difference.Comparison.Difference.IsDefined ? "no p-value" : VisibleText.Line(line.Difference.Comparison.Difference.Reason.Detail)).Say(")"));
        for (var i = 0; i < parts.Count; i++)
        {
            sentence.Say(i == 0 ? "" : "; ");
            parts[i](sentence);
        }

        sentence.Say(parts.Count == 0 ? "nothing was measured." : ".");
        if (standing.WorseParts.Count > 0)
        {
            sentence.Say(standing.WorseParts.Count == 1 ? " In one part of the rows it is worse: " : $" In {MetricText.Count(standing.WorseParts.Count)} parts of the rows it is worse: ")
                .List([.. standing.WorseParts.Take(MostNamed)], (words, line) => Amount(view, words.Name(line.Difference.Segment).Say(", "), line, isBrief: true)).Say(More(standing.WorseParts.Count, "part")).Say(".");
        }

        return Costs(view, standing.Candidate, sentence);

        void Group(IReadOnlyList<StandingLine> lines, string words, Action<Sentence, StandingLine> say)
        {
            if (lines.Count > 0)
            {
                parts.Add(target => target.Say(words).List([.. lines.Take(MostNamed)], say).Say(More(lines.Count, "metric")));
            }
        }
    }

    private static Sentence Amount(ReportView view, Sentence sentence, StandingLine line, bool isBrief = false)
    {
        var (comparison, unit) = (line.Difference.Comparison, line.Metric.Form.Unit);
        sentence.Name(ReportView.NameOf(line.Metric)).Say($" by {MetricText.Size(unit, comparison.Difference.Number)}");
        return isBrief ? sentence : sentence.Say(
            $" ({(comparison.Interval is { } interval ? $"{view.Confidence} interval {MetricText.DifferenceRange(unit, interval)}, " : "")}p {PValue(line.Difference.AdjustedPValue ?? comparison.PValue ?? 1)})");
    }

    private static Sentence Unshown(Sentence sentence, StandingLine line)
    {
        var (comparison, unit) = (line.Difference.Comparison, line.Metric.Form.Unit);
        sentence.Name(ReportView.NameOf(line.Metric)).Say($" ({MetricText.Difference(unit, comparison.Difference.Number)}");
        sentence.Say(line.Difference.MinimumDetectableEffect is { } least ? $"; a true difference of {MetricText.Size(unit, least)} would be found in 80 of 100 such runs" : "");
        return sentence.Say(line.Metric.PairsFor(line.Difference) is { } pairs ? $", one of {MetricText.Size(unit, line.Metric.Effect!.Value)} needs {MetricText.Count(pairs)} rows)" : ")"); // Pairs come from an effect.
    }

    private static Sentence Costs(ReportView view, CandidateSummary candidate, Sentence sentence)
    {
        var baseline = view.Result.Candidates.First(item => item.Name == view.Result.Baseline);
        if (ReportView.CostOfThousand(candidate) is { } cost)
        {
            sentence.Say($" A thousand answers cost {MetricText.Money(cost)}");
            sentence.Say(ReportView.CostOfThousand(baseline) is { } before ? $" against {MetricText.Money(before)}{(before > 0 ? $" ({MetricText.Times((double)(cost / before))})" : "")}." : ".");
        }

        if (candidate.MedianSeconds is { } seconds)
        {
            sentence.Say($" The median call takes {MetricText.Seconds(seconds)}");
            sentence.Say(baseline.MedianSeconds is { } before ? $" against {MetricText.Seconds(before)}{(before > 0 ? $" ({MetricText.Times(seconds / before)})" : "")}." : ".");
        }

        return candidate.Failed == 0 ? sentence : sentence.Say($" {MetricText.Count(candidate.Failed)} of its {MetricText.Count(candidate.Rows)} calls failed.");
    }

    private static string PValue(double probability) => probability < 0.001 ? MetricText.Probability(probability) : $"= {MetricText.Probability(probability)}";

    private static string More(int count, string noun) => count <= MostNamed ? "" : $" and {count - MostNamed} more {noun}{(count == MostNamed + 1 ? "" : "s")}";

    private sealed record StandingLine(ExperimentMetric Metric, ExperimentComparison Difference);

    private sealed record Standing(
        CandidateSummary Candidate, IReadOnlyList<StandingLine> Better, IReadOnlyList<StandingLine> Worse, IReadOnlyList<StandingLine> NotShown, IReadOnlyList<StandingLine> Undefined, IReadOnlyList<StandingLine> WorseParts)
    {
        public static Standing Of(ReportView view, CandidateSummary candidate)
        {
            var lines = view.Result.Metrics.SelectMany(metric => view.Rows(metric).Select(row => (metric, row))).Where(line => line.row.Cell.Candidate == candidate.Name && line.row.Difference is not null).ToArray();
            var parts = view.Result.Metrics
                .SelectMany(metric => view.Segments(metric).SelectMany(segment => view.Rows(metric, segment)).Select(row => (metric, row)))
                .Where(line => line.row.Cell.Candidate == candidate.Name && line.row.Verdict == Verdict.Worse)
                .Select(line => new StandingLine(line.metric, line.row.Difference!)); // A verdict comes from a difference.
            return new Standing(candidate, With(Verdict.Better), With(Verdict.Worse), With(Verdict.NotShown), With(Verdict.Undefined), [.. parts]);

            List<StandingLine> With(Verdict verdict) => [.. lines.Where(line => line.row.Verdict == verdict).Select(line => new StandingLine(line.metric, line.row.Difference!))]; // Filtered above.
        }
    }
}

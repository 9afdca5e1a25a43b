using Gyre.Evaluation.Experiments;

namespace Gyre.Evaluation.Selection;

/// <summary>The results of one benchmark on some of the candidates.</summary>
internal sealed class BenchmarkEvidence(IReadOnlyDictionary<string, BenchmarkFigures> figures) : IEvidence
{
    public Finding Find(SelectionObjective objective, string candidate)
    {
        if (!figures.TryGetValue(candidate, out var found))
        {
            return Finding.Missing($"no result of the benchmark is named for '{candidate}'");
        }

        var figure = objective.Metric is null ? found.Headline
            : found.Figures.FirstOrDefault(figure => figure.Name == objective.Metric && objective.Segment.Length == 0)
            ?? found.Subjects.FirstOrDefault(figure => objective.Segment.Length > 0 && figure.Name == objective.Segment);
        return figure is null
            ? Finding.Missing($"the result of {found.Benchmark} has no {objective.Metric}{(objective.Segment.Length == 0 ? "" : $" in {objective.Segment}")}; it has {string.Join(", ", found.Figures.Select(one => one.Name))}")
            : figure.Finding with { Note = found.Answered == found.Total ? "" : $"{found.Total - found.Answered} of {found.Total} items have no result" };
    }

    public PairedDifference? Compare(SelectionObjective objective, string first, string second) => null;

    public CandidateSummary? CallsOf(string candidate) => null;

    /// <summary>Results that must not stand beside each other; empty when they may.</summary>
    public static string Differences(IReadOnlyCollection<BenchmarkFigures> figures)
    {
        string[] faults =
        [
            .. figures.Select(one => $"{one.Benchmark} {one.Definition}").Distinct(StringComparer.Ordinal).Count() > 1 ? ["they are of different benchmarks or versions"] : Array.Empty<string>(),
            .. figures.Select(one => one.Setting).Distinct(StringComparer.Ordinal).Count() > 1 ? ["they were asked differently (examples, seed, limit, changes or subjects)"] : Array.Empty<string>(),
            .. figures.Select(one => one.Data).Distinct(StringComparer.Ordinal).Count() > 1 ? ["their data differ"] : Array.Empty<string>(),
        ];
        return string.Join("; ", faults);
    }
}

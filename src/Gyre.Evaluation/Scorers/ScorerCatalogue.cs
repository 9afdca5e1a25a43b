using Gyre.Evaluation.Metrics;

namespace Gyre.Evaluation.Scorers;

/// <summary>The scorers that recipes can name. A new scorer is its own file and one line here.</summary>
public static class ScorerCatalogue
{
    private static readonly IScorer[] Known =
    [
        new AllAttributesScorer(), new AttributeCoverageScorer(), new ExactMatchScorer(), new DeclineScorer(), new RefusalScorer(), new JsonEqualScorer(),
        new LabelMatchScorer(), new SentenceFactsScorer(), new NonEmptyScorer(), new AnswerInPassagesScorer(), new RulesScorer(), new RulesScorer(isShare: true),
    ];

    /// <summary>Every name, in the order of registration; then the metrics of texts.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Known.Select(scorer => scorer.Name), .. MetricCatalogue.Names.Where(name => Known.All(scorer => scorer.Name != name))];

    /// <summary>The scorer of a name, or null when there is none. A metric of texts is compared with the row's references.</summary>
    public static IScorer? Find(string name) =>
        Array.Find(Known, scorer => scorer.Name == name) ?? (MetricCatalogue.Find(name) is { } metric ? new TextMetricScorer(metric) : null);
}

namespace Gyre.Evaluation.Scorers;

/// <summary>The scorers that recipes can name. A new scorer is its own file and one line here.</summary>
public static class ScorerCatalogue
{
    private static readonly IScorer[] Known =
    [
        new AllAttributesScorer(), new AttributeCoverageScorer(), new ExactMatchScorer(), new DeclineScorer(), new RefusalScorer(), new JsonEqualScorer(),
        new LabelMatchScorer(), new SentenceFactsScorer(), new NonEmptyScorer(),
    ];

    /// <summary>Every name, in the order of registration.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Known.Select(scorer => scorer.Name)];

    /// <summary>The scorer of a name, or null when there is none.</summary>
    public static IScorer? Find(string name) => Array.Find(Known, scorer => scorer.Name == name);
}

namespace Gyre.Evaluation.Metrics.Overlap;

/// <summary>What ROUGE takes for words, and how it counts them.</summary>
public enum RougeWords
{
    /// <summary>As the package rouge-score: lower case, everything but a–z and 0–9 separates, n-grams count as often as they stand there.</summary>
    RougeScore,

    /// <summary>As a published table: words between whitespace, a point at the very end away, upper and lower case told apart, every n-gram once.</summary>
    WhitespaceUnique,
}

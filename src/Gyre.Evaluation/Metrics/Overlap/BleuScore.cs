namespace Gyre.Evaluation.Metrics.Overlap;

/// <summary>A BLEU score and what it is made of.</summary>
/// <param name="Score">0 to 100.</param>
/// <param name="Precisions">Of each order, 0 to 100, smoothed; shortest n-grams first.</param>
/// <param name="Matches">Shared n-grams of each order.</param>
/// <param name="Totals">The candidates' n-grams of each order.</param>
/// <param name="BrevityPenalty">0 to 1.</param>
/// <param name="CandidateLength">Words of all candidates.</param>
/// <param name="ReferenceLength">Words of the references that are closest in length to their candidates.</param>
public sealed record BleuScore(
    double Score,
    IReadOnlyList<double> Precisions,
    IReadOnlyList<long> Matches,
    IReadOnlyList<long> Totals,
    double BrevityPenalty,
    long CandidateLength,
    long ReferenceLength);

namespace Gyre.Evaluation.Selection;

/// <summary>What a choice comes to.</summary>
/// <param name="Recipe">What was asked.</param>
/// <param name="Shares">Each objective's share of the weight, in the recipe's order.</param>
/// <param name="Candidates">Every candidate: those with a rank first, by rank, then the others in the recipe's order.</param>
/// <param name="Rivals">The first against the others that may be chosen, by rank.</param>
/// <param name="Sensitivity">How much depends on the weights; null with fewer than two that may be chosen.</param>
/// <param name="Chosen">The candidate that the numbers choose; null when they choose none.</param>
/// <param name="Headline">The outcome in a sentence.</param>
/// <param name="Reasons">Why, in sentences.</param>
/// <param name="Missing">What is not known.</param>
/// <param name="Consequences">What follows: what is given up by the choice, and what people named.</param>
/// <param name="Sources">The evidence.</param>
/// <param name="Notes">What people said.</param>
public sealed record SelectionResult(
    SelectionRecipe Recipe,
    IReadOnlyList<double> Shares,
    IReadOnlyList<CandidateAssessment> Candidates,
    IReadOnlyList<RivalComparison> Rivals,
    WeightSensitivity? Sensitivity,
    string? Chosen,
    string Headline,
    IReadOnlyList<string> Reasons,
    IReadOnlyList<string> Missing,
    IReadOnlyList<string> Consequences,
    IReadOnlyList<EvidenceSource> Sources,
    IReadOnlyList<ReviewNote> Notes);

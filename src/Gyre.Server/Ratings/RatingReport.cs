using System.ComponentModel;
using Gyre.Registry.Ratings;

namespace Gyre.Server.Ratings;

/// <summary>What a campaign found.</summary>
/// <param name="Campaign">Its name.</param>
/// <param name="Form">single or pairs.</param>
/// <param name="IsOpen">True while people still rate: figures will change.</param>
/// <param name="UnblindedAt">When results were first asked for while it was open; null for never.</param>
/// <param name="Source">Where the items come from.</param>
/// <param name="Seed">The seed of orders, sides and intervals.</param>
/// <param name="Progress">How far it is.</param>
/// <param name="Candidates">By candidate and question.</param>
/// <param name="Pairs">Candidates side by side; empty for the form single.</param>
/// <param name="Agreement">Agreement between raters, by question.</param>
/// <param name="Raters">Each rater with their own consistency.</param>
/// <param name="Sides">Whether a side was preferred; null for the form single.</param>
/// <param name="Judge">Agreement with a judge; null when no verdicts were given.</param>
[Description("What a campaign found.")]
public sealed record RatingReport(
    string Campaign,
    string Form,
    bool IsOpen,
    DateTimeOffset? UnblindedAt,
    string Source,
    ulong Seed,
    RatingProgress Progress,
    IReadOnlyList<CandidateMeasure> Candidates,
    IReadOnlyList<PairMeasure> Pairs,
    IReadOnlyList<QuestionAgreement> Agreement,
    IReadOnlyList<RaterConsistency> Raters,
    SideShare? Sides,
    JudgeComparison? Judge);

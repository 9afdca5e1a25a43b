using System.ComponentModel;

namespace Gyre.Server.Ratings;

/// <summary>How far raters agree on one question; repeats are left aside.</summary>
/// <param name="Question">The question.</param>
/// <param name="Items">Items with two ratings or more.</param>
/// <param name="EqualShare">The share of pairs of ratings of the same item that are equal.</param>
/// <param name="Level">What α takes the answers for: ordinal (scales) or nominal.</param>
/// <param name="Alpha">Krippendorff's α, over all these items.</param>
/// <param name="FleissItems">Items with exactly as many ratings as wanted.</param>
/// <param name="Fleiss">Fleiss' κ, over those.</param>
/// <param name="Raters">Cohen's κ of each two raters, those with the most common items first, at most 45; linear weights for scales.</param>
[Description("How far raters agree on one question; repeats are left aside.")]
public sealed record QuestionAgreement(
    string Question, int Items, RatingFigure EqualShare, string Level, RatingFigure Alpha, int FleissItems, RatingFigure Fleiss, IReadOnlyList<RaterPairAgreement> Raters);

using System.ComponentModel;

namespace Gyre.Server.Ratings;

/// <summary>How far a judge's verdicts agree with what people say: by item, the people's consensus.</summary>
/// <param name="Judge">The judge's name.</param>
/// <param name="Question">The question people were asked.</param>
/// <param name="Items">Items with a verdict of both.</param>
/// <param name="Missing">Items where one of them has none.</param>
/// <param name="EqualShare">The share of equal verdicts.</param>
/// <param name="Kappa">Cohen's κ; linear weights for scales.</param>
/// <param name="Alpha">Krippendorff's α.</param>
[Description("How far a judge's verdicts agree with what people say: by item, the people's consensus.")]
public sealed record JudgeComparison(string Judge, string Question, long Items, long Missing, RatingFigure EqualShare, RatingFigure Kappa, RatingFigure Alpha);

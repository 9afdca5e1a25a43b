using System.ComponentModel;

namespace Gyre.Server.Ratings;

/// <summary>How far two raters agree.</summary>
/// <param name="First">One.</param>
/// <param name="Second">The other.</param>
/// <param name="Items">Items that both rated.</param>
/// <param name="Kappa">Cohen's κ.</param>
[Description("How far two raters agree.")]
public sealed record RaterPairAgreement(string First, string Second, int Items, RatingFigure Kappa);

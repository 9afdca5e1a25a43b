using System.ComponentModel;

namespace Gyre.Server.Ratings;

/// <summary>Whether raters prefer a side, whoever stands there; repeats count too.</summary>
/// <param name="Left">Ratings that prefer the left.</param>
/// <param name="Right">Ratings that prefer the right.</param>
/// <param name="LeftShare">The share of the left among both.</param>
/// <param name="PValue">The probability of so uneven sides or worse if none were preferred (exact, two-sided).</param>
[Description("Whether raters prefer a side, whoever stands there; repeats count too.")]
public sealed record SideShare(int Left, int Right, RatingFigure LeftShare, double PValue);

using System.ComponentModel;

namespace Gyre.Server.Ratings;

/// <summary>One rater's work, and how far they agree with themself on items that came twice.</summary>
/// <param name="Rater">The rater.</param>
/// <param name="Ratings">Ratings in force, repeats left aside.</param>
/// <param name="Repeats">Items rated twice.</param>
/// <param name="EqualShare">The share of answers to them that were the same both times.</param>
/// <param name="SameSide">For pairs: repeats where the same side won both times although the sides were swapped.</param>
/// <param name="MedianSeconds">The median time from being shown an item to rating it.</param>
[Description("One rater's work, and how far they agree with themself on items that came twice.")]
public sealed record RaterConsistency(string Rater, int Ratings, int Repeats, RatingFigure EqualShare, int SameSide, double MedianSeconds);

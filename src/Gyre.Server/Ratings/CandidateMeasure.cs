using System.ComponentModel;

namespace Gyre.Server.Ratings;

/// <summary>What people said of one candidate.</summary>
/// <param name="Candidate">The candidate.</param>
/// <param name="Question">The question of the rubric.</param>
/// <param name="Measure">What is measured: <c>mean</c>, <c>share of …</c>, or <c>win rate</c>.</param>
/// <param name="Figure">The mean over items of the mean over raters, with its interval over items.</param>
/// <param name="Items">Items that count.</param>
/// <param name="Ratings">Ratings that count.</param>
[Description("What people said of one candidate.")]
public sealed record CandidateMeasure(string Candidate, string Question, string Measure, RatingFigure Figure, int Items, int Ratings);

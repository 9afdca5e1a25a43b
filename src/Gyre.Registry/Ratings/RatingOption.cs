namespace Gyre.Registry.Ratings;

/// <summary>One possible answer to a question.</summary>
/// <param name="Value">What is kept.</param>
/// <param name="Text">What raters read; for a point of a scale what it stands for, which may be empty.</param>
public sealed record RatingOption(string Value, string Text);

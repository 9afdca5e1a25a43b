namespace Gyre.Models.Encoders;

/// <summary>A label and how much it holds.</summary>
/// <param name="Label">The model's name for it.</param>
/// <param name="Score">A probability, 0 to 1; for a regression the value itself.</param>
public readonly record struct LabelScore(string Label, float Score);

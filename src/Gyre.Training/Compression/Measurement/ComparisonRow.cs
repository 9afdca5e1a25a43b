namespace Gyre.Training.Compression.Measurement;

/// <summary>A line of the table that sets a model beside what became of it, in words for a person.</summary>
/// <param name="Name">What is compared.</param>
/// <param name="Before">The first model's figure.</param>
/// <param name="After">The second's.</param>
/// <param name="Change">What changed, with an interval where there is one; empty when there is nothing to say.</param>
public sealed record ComparisonRow(string Name, string Before, string After, string Change);

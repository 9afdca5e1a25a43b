namespace Gyre.Registry.Ratings;

/// <summary>What is rated: one output, or two of different candidates for the same row.</summary>
/// <param name="Row">The id of the dataset's row.</param>
/// <param name="Task">The row's kind; may be empty.</param>
/// <param name="Prompt">What was asked.</param>
/// <param name="Reference">The wanted answer, shown to raters; empty for none.</param>
/// <param name="Context">What else a rater must know, a retrieved text for example; empty for none.</param>
/// <param name="Outputs">One for the form single, two for pairs.</param>
public sealed record RatingItem(string Row, string Task, string Prompt, string Reference, string Context, IReadOnlyList<RatingOutput> Outputs);

namespace Gyre.Training.Curation.Pipeline;

/// <summary>A record that a stage dropped or flagged.</summary>
/// <param name="Origin">Where it is from.</param>
/// <param name="Reason">What was found and what was allowed.</param>
/// <param name="Text">The beginning of its text.</param>
public sealed record DropExample(string Origin, string Reason, string Text);

namespace Gyre.Training.Curation.Records;

/// <summary>One text of a record.</summary>
/// <param name="Role">What it is: a message's role, or <c>text</c>, <c>prompt</c>, <c>completion</c>, <c>chosen</c>, <c>rejected</c>.</param>
/// <param name="Text">The text.</param>
public readonly record struct RecordPart(string Role, string Text);

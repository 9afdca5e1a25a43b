namespace Gyre.Registry.Datasets;

/// <summary>Something that happened to a dataset.</summary>
/// <param name="At">When.</param>
/// <param name="By">Who did it; empty when unknown.</param>
/// <param name="Kind"><c>added</c>, <c>labelled</c>, <c>unlabelled</c>, <c>deprecated</c>, <c>deleted</c>.</param>
/// <param name="Number">The version.</param>
/// <param name="Previous">The version a label pointed to before; null for none.</param>
/// <param name="Label">The label; empty for none.</param>
/// <param name="Note">The reason, or what was added.</param>
public sealed record DatasetEvent(DateTimeOffset At, string By, string Kind, long? Number, long? Previous, string Label, string Note);

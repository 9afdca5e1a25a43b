namespace Gyre.Evaluation.Benchmarks.Definitions;

/// <summary>The form of a benchmark's files.</summary>
/// <param name="Format"><c>csv</c>, <c>tsv</c>, <c>jsonl</c>, <c>json</c> or <c>text</c>.</param>
/// <param name="Header">Column names of separated files that have no head line; empty for those that have one.</param>
/// <param name="List">Where a JSON file's records stand; empty when the file is a list, or one record.</param>
/// <param name="Expand">Lists inside a record of which each element is an item of its own.</param>
internal sealed record SourceRules(string Format, string Header, string List, IReadOnlyList<string> Expand);

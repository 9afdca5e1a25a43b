namespace Gyre.Evaluation.Reports;

/// <summary>A piece of a sentence: words of the report, or a name that came from outside.</summary>
internal readonly record struct Phrase(string Text, bool IsName);

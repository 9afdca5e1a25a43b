using Gyre.Evaluation.Benchmarks.Items;

namespace Gyre.Evaluation.Benchmarks.Definitions;

/// <summary>One or more answers.</summary>
/// <param name="Text">A single answer; null when a list gives them.</param>
/// <param name="List">A path of several.</param>
/// <param name="SplitBy">What parts the texts of the path; empty when they are a list.</param>
/// <param name="Tags">A path of as many tags; empty for none.</param>
/// <param name="Tag">A single answer's tag; null for none.</param>
/// <param name="SpanText">The column that spans cut out of; empty when the list holds texts.</param>
/// <param name="IsRight">True when these are right.</param>
internal sealed record ChoiceSource(TextTemplate? Text, string List, string SplitBy, string Tags, TextTemplate? Tag, string SpanText, bool IsRight)
{
    /// <summary>The text that places are cut out of; null when the list holds texts.</summary>
    public string? SpanOf(Sources.BenchmarkRecord record) => SpanText.Length == 0 ? null : record.Texts(SpanText) is [var text, ..] ? text : "";
}

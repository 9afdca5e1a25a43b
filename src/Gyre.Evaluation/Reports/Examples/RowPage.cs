namespace Gyre.Evaluation.Reports.Examples;

/// <summary>A part of the rows that a query matches.</summary>
/// <param name="Examples">The rows: by the size of the difference where one candidate and one metric are given, the largest first; otherwise in the dataset's order.</param>
/// <param name="Total">Rows that match all conditions but the text.</param>
/// <param name="From">How many of those were passed over before this part.</param>
/// <param name="Looked">How many of those this part has looked at; more than are shown when a text is searched for.</param>
/// <param name="Next">Where the next part begins; null at the end.</param>
public sealed record RowPage(IReadOnlyList<Example> Examples, long Total, long From, long Looked, long? Next);

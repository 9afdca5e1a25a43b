namespace Gyre.Registry.Datasets;

/// <summary>One column of a version's rows.</summary>
/// <param name="Name">The member's name; members of an object stand as <c>facts.level</c>.</param>
/// <param name="Types">What stands there, most often first: <c>text</c>, <c>whole number</c>, <c>number</c>, <c>boolean</c>, <c>list</c>, <c>object</c>.</param>
/// <param name="Rows">Rows that have it, and not null.</param>
/// <param name="IsAlways">Every row has it.</param>
/// <param name="Form">What all of its texts are: <c>whole numbers</c> or <c>numbers</c>; empty for any text.</param>
/// <param name="LongestText">The most characters (UTF-16 units) of a text; 0 without texts.</param>
/// <param name="Values">How many rows have which text, most often first, where there are few different ones; empty otherwise.</param>
public sealed record DatasetColumn(
    string Name,
    IReadOnlyList<string> Types,
    long Rows,
    bool IsAlways,
    string Form,
    int LongestText,
    IReadOnlyList<KeyValuePair<string, long>> Values);

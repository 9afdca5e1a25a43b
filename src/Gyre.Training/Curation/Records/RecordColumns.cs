namespace Gyre.Training.Curation.Records;

/// <summary>Which columns of a source make a record. Dots reach into JSON objects and lists: <c>instances.0.output</c>.</summary>
/// <remarks>Empty names take the usual ones; of the shapes the first wins whose columns are there: messages, preference, completion, text.</remarks>
public sealed record RecordColumns
{
    /// <summary>A list of messages, each with <c>role</c> and <c>content</c>; default <c>messages</c>.</summary>
    public string Messages { get; init; } = "messages";

    /// <summary>What is asked; default <c>prompt</c>.</summary>
    public string Prompt { get; init; } = "prompt";

    /// <summary>What should follow; default <c>completion</c>.</summary>
    public string Completion { get; init; } = "completion";

    /// <summary>The better answer; default <c>chosen</c>.</summary>
    public string Chosen { get; init; } = "chosen";

    /// <summary>The worse answer; default <c>rejected</c>.</summary>
    public string Rejected { get; init; } = "rejected";

    /// <summary>A text of its own; default <c>text</c>.</summary>
    public string Text { get; init; } = "text";

    /// <summary>A column with the record's licence; empty for the source's one.</summary>
    public string Licence { get; init; } = "";

    /// <summary>Further columns to keep: the field's name and the column. A named column must be there.</summary>
    public IReadOnlyDictionary<string, string> Fields { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>True (default) to keep every other column that is a text, a number or a truth value as a field under its own name.</summary>
    public bool KeepsOthers { get; init; } = true;
}

namespace Gyre.Evaluation.Datasets;

/// <summary>Which columns of a file make a row. JSON members may be reached through others: <c>answers.text</c>.</summary>
public sealed record DatasetColumns
{
    /// <summary>The row's id; a file without the column gets the number of the row.</summary>
    public string Id { get; init; } = "id";

    /// <summary>What the model is asked. Required.</summary>
    public string Prompt { get; init; } = "prompt";

    /// <summary>The wanted answer: text, or in JSON a list of texts that are all right. A file without the column has none.</summary>
    public string Reference { get; init; } = "reference";

    /// <summary>The kind of example; a file without the column has the kind <c>default</c>.</summary>
    public string Task { get; init; } = "task";

    /// <summary>What the example is about; may be missing.</summary>
    public string Subject { get; init; } = "subject";

    /// <summary>The group that a split must not cross; may be missing.</summary>
    public string Family { get; init; } = "family";

    /// <summary>Further columns that scorers or segments need: the fact's name and the column. A named column must be there.</summary>
    public IReadOnlyDictionary<string, string> Facts { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// True to keep every other column as a fact under its own name, and the texts of a JSON object <c>facts</c> as facts;
    /// false (default) to leave them out.
    /// </summary>
    public bool KeepsOthers { get; init; }
}

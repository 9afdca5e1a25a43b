namespace Gyre.Evaluation.Datasets;

/// <summary>One record of a file.</summary>
internal interface IRecord
{
    /// <summary>The names of its columns, for messages.</summary>
    IEnumerable<string> Columns { get; }

    /// <summary>The texts under a column: none when it is missing or null, several where a JSON list stands.</summary>
    /// <param name="column">The column.</param>
    /// <param name="fault">Why what stands there is no text; null otherwise.</param>
    IReadOnlyList<string> Texts(string column, out string? fault);

    /// <summary>True when the column is there.</summary>
    bool Has(string column);

    /// <summary>
    /// The columns that are not among those used, with their texts, or with why they hold none; of an object <c>facts</c> its
    /// members instead.
    /// </summary>
    IEnumerable<(string Column, IReadOnlyList<string> Texts, string? Fault)> Others(IReadOnlySet<string> used);
}

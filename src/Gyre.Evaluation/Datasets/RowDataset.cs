using Gyre.Contracts;

namespace Gyre.Evaluation.Datasets;

/// <summary>A dataset whose rows are in memory.</summary>
public sealed class RowDataset : IDataset
{
    private readonly IReadOnlyList<DatasetRow> _rows;

    /// <summary>Names rows.</summary>
    /// <param name="name">What tables call it.</param>
    /// <param name="rows">The rows; not to be changed afterwards.</param>
    /// <param name="provenance">Where they are from.</param>
    /// <exception cref="EvaluationException">EVA0030: ids that are there twice.</exception>
    public RowDataset(string name, IReadOnlyList<DatasetRow> rows, string provenance)
    {
        ArgumentNullException.ThrowIfNull(rows);
        (Name, Provenance, _rows) = (name, provenance, rows);
        var twice = rows.CountBy(row => row.Id).Where(pair => pair.Value > 1).Take(3).Select(pair => $"{pair.Value} rows have the id '{pair.Key}'").ToArray();
        if (twice.Length > 0)
        {
            throw DatasetFaults.Error(name, twice, twice.Length);
        }

        using var digest = new DatasetDigest();
        foreach (var row in rows)
        {
            digest.Add(row);
        }

        Digest = digest.Finish();
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public string Digest { get; }

    /// <inheritdoc/>
    public int Count => _rows.Count;

    /// <inheritdoc/>
    public string Provenance { get; }

    /// <inheritdoc/>
    public IEnumerable<DatasetRow> Read() => _rows;
}

using Gyre.Contracts;

namespace Gyre.Evaluation.Datasets;

/// <summary>One immutable version of a dataset: rows in a fixed order under the digest of their content.</summary>
public interface IDataset
{
    /// <summary>The name that tables use.</summary>
    string Name { get; }

    /// <summary>SHA-256 of the rows' content in their order, 64 hexadecimal digits. Equal digests mean equal rows.</summary>
    string Digest { get; }

    /// <summary>How many rows.</summary>
    int Count { get; }

    /// <summary>Where the rows are from, in words for a report: a path, a generator with its seed.</summary>
    string Provenance { get; }

    /// <summary>The rows, one after another; a new pass each time.</summary>
    /// <exception cref="EvaluationException">EVA0031: what the rows are read from is no longer what it was.</exception>
    IEnumerable<DatasetRow> Read();
}

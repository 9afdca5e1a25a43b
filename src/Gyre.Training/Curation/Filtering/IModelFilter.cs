using Gyre.Training.Curation.Records;

namespace Gyre.Training.Curation.Filtering;

/// <summary>A filter that asks a model, many records at once. A verdict depends on the record alone.</summary>
public interface IModelFilter
{
    /// <summary>The name that recipes and reports use.</summary>
    string Name { get; }

    /// <summary>A verdict a record, in their order: null for a record that stays.</summary>
    Task<IReadOnlyList<Rejection?>> RejectAsync(IReadOnlyList<CurationRecord> records, CancellationToken cancellationToken);
}

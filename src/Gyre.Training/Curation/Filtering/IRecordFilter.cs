using Gyre.Training.Curation.Records;

namespace Gyre.Training.Curation.Filtering;

/// <summary>Says which records do not stay. Implementations are safe for several threads, and a verdict depends on the record alone.</summary>
public interface IRecordFilter
{
    /// <summary>The name that recipes and reports use.</summary>
    string Name { get; }

    /// <summary>Why a record does not stay; null when it does.</summary>
    Rejection? Reject(CurationRecord record);
}

using Gyre.Training.Curation.Import;

namespace Gyre.Training.Curation.Ingestion;

/// <summary>How records that come one after another are kept. Immutable.</summary>
public sealed record IngestionOptions
{
    /// <summary>What the records' source is called, how their columns are read, and their licence.</summary>
    public required CurationSource Source { get; init; }

    /// <summary>Whether records of which nobody said the licence are kept.</summary>
    public bool AllowsUnknownLicence { get; init; }

    /// <summary>A version is made when so many records wait.</summary>
    /// <remarks>Units: records; default 10,000.</remarks>
    public int FlushRecords { get; init; } = 10_000;

    /// <summary>A version is made when a record has waited so long; default a minute.</summary>
    public TimeSpan FlushAfter { get; init; } = TimeSpan.FromMinutes(1);
}

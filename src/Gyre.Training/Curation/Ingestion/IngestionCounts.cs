namespace Gyre.Training.Curation.Ingestion;

/// <summary>What an ingestion did since it was opened.</summary>
/// <param name="Read">Records read.</param>
/// <param name="Kept">New ones, kept in a version or in the journal.</param>
/// <param name="Known">Records whose content the dataset has already.</param>
/// <param name="Dropped">Records that a screen, the cleaning or a filter dropped.</param>
/// <param name="Faulty">Records that could not be read.</param>
/// <param name="Waiting">Records in the journal, not yet in a version.</param>
/// <param name="Versions">Versions made.</param>
public sealed record IngestionCounts(long Read, long Kept, long Known, long Dropped, long Faulty, long Waiting, int Versions);

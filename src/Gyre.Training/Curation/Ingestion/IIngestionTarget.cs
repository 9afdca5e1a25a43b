namespace Gyre.Training.Curation.Ingestion;

/// <summary>A dataset in immutable versions to which records are appended.</summary>
public interface IIngestionTarget
{
    /// <summary>The rows of the newest version as JSON objects; none when there is no version yet.</summary>
    /// <param name="cancellationToken">Ends the look-up.</param>
    Task<IEnumerable<ReadOnlyMemory<byte>>> ReadAsync(CancellationToken cancellationToken);

    /// <summary>Makes a version out of the newest one's rows and further ones: whole, or not at all.</summary>
    /// <param name="lines">The further rows, JSON objects; a new pass each time.</param>
    /// <param name="added">How many.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    /// <returns>The version's name, <c>name@3</c>.</returns>
    Task<string> AppendAsync(IEnumerable<ReadOnlyMemory<byte>> lines, long added, CancellationToken cancellationToken);
}

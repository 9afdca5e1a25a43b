namespace Gyre.Training.Curation.Import;

/// <summary>Opens versions of datasets by name; a registry behind it keeps them.</summary>
public interface IVersionSource
{
    /// <summary>The rows of a version.</summary>
    /// <param name="reference"><c>name</c>, <c>name@3</c>, <c>name@label</c>.</param>
    /// <param name="cancellationToken">Ends the look-up.</param>
    /// <remarks>Errors: those of the registry, for example when there is no such version.</remarks>
    Task<VersionRows> OpenAsync(string reference, CancellationToken cancellationToken);
}

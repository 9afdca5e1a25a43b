namespace Gyre.Models.Catalog;

/// <summary>What a download left on disk.</summary>
/// <param name="Name">The name it is kept under.</param>
/// <param name="Folder">Its folder.</param>
/// <param name="Source">Where it came from.</param>
/// <param name="Revision">The revision that was asked for; null for URLs and paths.</param>
/// <param name="Commit">The commit that the revision stood for, when the server said so.</param>
/// <param name="Files">Its files.</param>
public sealed record PullResult(string Name, string Folder, string Source, string? Revision, string? Commit, IReadOnlyList<PulledFile> Files);

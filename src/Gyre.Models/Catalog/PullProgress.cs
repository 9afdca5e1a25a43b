namespace Gyre.Models.Catalog;

/// <summary>How far a download has come.</summary>
/// <param name="FileName">The file being fetched.</param>
/// <param name="FileNumber">Its number, from 1.</param>
/// <param name="FileCount">How many files there are; 0 while that is not known.</param>
/// <param name="FileBytes">Its bytes on disk, those of an earlier run included.</param>
/// <param name="FileTotalBytes">Its length; null while that is not known.</param>
/// <param name="Notice">A sentence for the user, for example about a retry; null for a plain step forward.</param>
public sealed record PullProgress(string FileName, int FileNumber, int FileCount, long FileBytes, long? FileTotalBytes, string? Notice);

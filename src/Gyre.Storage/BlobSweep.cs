namespace Gyre.Storage;

/// <summary>What a pass over a store of blobs removed.</summary>
/// <param name="Kept">Blobs that are in use.</param>
/// <param name="Removed">Blobs that were not.</param>
/// <param name="Unfinished">Files of writers that died before they were done.</param>
/// <param name="FreedBytes">The sum of what was removed.</param>
public sealed record BlobSweep(int Kept, int Removed, int Unfinished, long FreedBytes);

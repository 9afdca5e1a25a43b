namespace Gyre.Registry.Datasets;

/// <summary>A run of rows within a blob, packed as a gzip member of its own.</summary>
internal sealed record DatasetPart(long Number, long FirstRow, long Rows, long Offset, long LengthBytes, long UnpackedBytes, string Digest);

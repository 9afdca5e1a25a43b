using Gyre.Storage;

namespace Gyre.Registry.Datasets;

/// <summary>Rows that are in a blob, before a version names them.</summary>
internal sealed record WrittenDataset(string Digest, Blob Blob, long Rows, long LengthBytes, IReadOnlyList<DatasetColumn> Schema, IReadOnlyList<DatasetPart> Parts);

namespace Gyre.Training.Curation.Import;

/// <summary>One version of a dataset to read from.</summary>
/// <param name="Reference">Its fixed name, <c>name@3</c>.</param>
/// <param name="Digest">SHA-256 of its rows.</param>
/// <param name="Licence">Its licence; empty when nobody said.</param>
/// <param name="Rows">JSON objects in UTF-8; a new pass each time.</param>
public sealed record VersionRows(string Reference, string Digest, string Licence, IEnumerable<ReadOnlyMemory<byte>> Rows);

namespace Gyre.Evaluation.Benchmarks.Definitions;

/// <summary>A part of a benchmark's data.</summary>
/// <param name="Files">A path inside the folder; <c>*</c> stands for any part of a file's name and is the file's subject.</param>
/// <param name="Url">Where a single file can be fetched; empty when it cannot.</param>
/// <param name="Digest">The SHA-256 that the fetched file must have, in lower-case hexadecimal; empty when its owner publishes changes under the same address.</param>
/// <param name="Where">Which records belong to it; null for all.</param>
internal sealed record SplitRules(string Files, string Url, string Digest, RecordFilter? Where);

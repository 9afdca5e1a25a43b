namespace Gyre.Training.Curation.Import;

/// <summary>What was read of one file or version.</summary>
/// <param name="Source">The source's name.</param>
/// <param name="File">The file's name without folders above the source's, or <c>name@3</c>.</param>
/// <param name="Sha256">The digest of its bytes, or of the version's rows; empty when it was not read to its end.</param>
/// <param name="Records">Records in it.</param>
public sealed record SourceFile(string Source, string File, string Sha256, long Records);

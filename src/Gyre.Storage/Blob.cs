namespace Gyre.Storage;

/// <summary>A blob that is kept.</summary>
/// <param name="Digest">SHA-256 of its bytes, 64 lowercase hexadecimal digits: its name.</param>
/// <param name="LengthBytes">Its length.</param>
public sealed record Blob(string Digest, long LengthBytes);

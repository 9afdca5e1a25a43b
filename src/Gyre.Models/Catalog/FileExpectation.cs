namespace Gyre.Models.Catalog;

/// <summary>What is known about a file before it is fetched.</summary>
/// <param name="Name">Its name.</param>
/// <param name="LengthBytes">Its length, when known.</param>
/// <param name="Sha256">Its SHA-256 in lowercase hexadecimal, when known.</param>
internal sealed record FileExpectation(string Name, long? LengthBytes, string? Sha256);

namespace Gyre.Models.Catalog;

/// <summary>One file that was fetched, or was there already.</summary>
/// <param name="Name">Its name in the model's folder.</param>
/// <param name="LengthBytes">Its length.</param>
/// <param name="Sha256">Its SHA-256, lowercase hexadecimal.</param>
/// <param name="IsVerified">True when a digest from the server, from <c>SHA256SUMS</c> or from the request was there to compare with, and was equal.</param>
/// <param name="WasPresent">True when it was complete before.</param>
public sealed record PulledFile(string Name, long LengthBytes, string Sha256, bool IsVerified, bool WasPresent);

using System.Security.Cryptography;
using Gyre.Contracts;

namespace Gyre.Server.Hosting;

/// <summary>Identifiers from the operating system's random source.</summary>
public sealed class RandomIdSource : IIdSource
{
    /// <inheritdoc/>
    public string NewId(string prefix)
    {
        Span<byte> bytes = stackalloc byte[16];
        RandomNumberGenerator.Fill(bytes);
        return $"{prefix}_{Convert.ToHexStringLower(bytes)}";
    }
}

using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Gyre.Orchestration.Retrieval;

/// <summary>SHA-256 over parts of which each one's length counts, so that no two lists of parts run into each other.</summary>
internal static class ContentDigest
{
    /// <summary>64 hexadecimal digits.</summary>
    public static string Of(params IEnumerable<string> parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> length = stackalloc byte[sizeof(int)];
        foreach (var part in parts)
        {
            var bytes = Encoding.UTF8.GetBytes(part);
            BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
            hash.AppendData(length);
            hash.AppendData(bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}

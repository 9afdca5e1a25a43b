using System.Security.Cryptography;
using System.Text;
using System.Buffers.Binary;

namespace Gyre.Registry.Datasets;

/// <summary>128 bits of a SHA-256: enough that no two of all rows ever kept collide.</summary>
internal static class RowDigest
{
    public static UInt128 Of(ReadOnlySpan<byte> bytes)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, digest);
        return BinaryPrimitives.ReadUInt128BigEndian(digest);
    }

    public static UInt128 Of(string text) => Of(Encoding.UTF8.GetBytes(text));

    /// <summary>Where a group falls for a seed, between 0 and the greatest number.</summary>
    public static UInt128 Of(ulong seed, string group)
    {
        var bytes = new byte[sizeof(ulong) + Encoding.UTF8.GetByteCount(group)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, seed);
        Encoding.UTF8.GetBytes(group, bytes.AsSpan(sizeof(ulong)));
        return Of(bytes);
    }
}

using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Gyre.Training.Checkpoints;

/// <summary>
/// Single-precision tensors in the safetensors layout, written and read in one pass with their digest. Reading expects
/// exactly the tensors it is given: a checkpoint belongs to one model.
/// </summary>
/// <remarks>Source: the safetensors format description (8-byte header length, JSON header, contiguous data).</remarks>
internal static class TensorFile
{
    private const int ChunkBytes = 1 << 20;

    /// <summary>Writes the tensors and returns the SHA-256 of the file.</summary>
    public static string Write(Stream stream, IReadOnlyList<StoredTensor> tensors)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Put(Header(tensors));
        foreach (var tensor in tensors)
        {
            for (var values = (ReadOnlySpan<float>)tensor.Values(); values.Length > 0;)
            {
                var count = Math.Min(values.Length, ChunkBytes / sizeof(float));
                Put(MemoryMarshal.AsBytes(values[..count]));
                values = values[count..];
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());

        void Put(ReadOnlySpan<byte> bytes)
        {
            hash.AppendData(bytes);
            stream.Write(bytes);
        }
    }

    /// <summary>The SHA-256 of a file, so that it can be checked before anything is overwritten.</summary>
    public static string Digest(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, ChunkBytes);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    /// <summary>Fills the tensors from a file whose digest has been checked; false with a reason when it holds other tensors.</summary>
    public static bool TryRead(string path, IReadOnlyList<StoredTensor> tensors, out string reason)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, ChunkBytes);
        var expected = Header(tensors);
        var found = ArrayPool<byte>.Shared.Rent(expected.Length);
        try
        {
            var count = stream.ReadAtLeast(found.AsSpan(0, expected.Length), expected.Length, throwOnEndOfStream: false);
            if (!found.AsSpan(0, count).SequenceEqual(expected))
            {
                reason = "its tensors have other names or shapes than this model's";
                return false;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(found);
        }

        foreach (var tensor in tensors)
        {
            stream.ReadExactly(MemoryMarshal.AsBytes(tensor.Values()));
        }

        reason = "";
        return true;
    }

    private static byte[] Header(IReadOnlyList<StoredTensor> tensors)
    {
        var json = new StringBuilder("{");
        long offset = 0;
        foreach (var tensor in tensors)
        {
            var end = offset + (tensor.Values().Length * (long)sizeof(float));
            json.Append(json.Length == 1 ? "" : ",")
                .Append(JsonSerializer.Serialize(tensor.Name))
                .Append($":{{\"dtype\":\"F32\",\"shape\":[{string.Join(',', tensor.Shape)}],\"data_offsets\":[{offset},{end}]}}");
            offset = end;
        }

        json.Append('}');
        var text = Encoding.UTF8.GetBytes(json.ToString());
        var padded = (text.Length + 7) / 8 * 8;
        var header = new byte[sizeof(ulong) + padded];
        BinaryPrimitives.WriteUInt64LittleEndian(header, (ulong)padded);
        header.AsSpan(sizeof(ulong)).Fill((byte)' ');
        text.CopyTo(header, sizeof(ulong));
        return header;
    }
}

using System.Buffers.Binary;

namespace Gyre.Models.Weights;

/// <summary>Reads little-endian values one after another from a mapped GGUF file, never past its end.</summary>
internal ref struct GgufCursor(MappedFile file)
{
    /// <summary>The longest string that is believed.</summary>
    public const int MaxStringBytes = 64 << 20;

    /// <summary>The most elements of an array that are believed.</summary>
    public const int MaxArrayElements = 1 << 28;

    /// <summary>The position in the file.</summary>
    public long Offset { get; set; }

    /// <summary>The bytes from here to the end of the file.</summary>
    public readonly long RemainingBytes => file.LengthBytes - Offset;

    /// <summary>Takes the next bytes.</summary>
    public ReadOnlySpan<byte> Take(int lengthBytes, string what)
    {
        if (lengthBytes > RemainingBytes)
        {
            throw WeightErrors.GgufExtent(file.Path, $"the file ends at byte {file.LengthBytes} inside {what} at byte {Offset}", $"{lengthBytes} bytes there");
        }

        var bytes = file.Span(Offset, lengthBytes);
        Offset += lengthBytes;
        return bytes;
    }

    /// <summary>Reads a 32-bit integer.</summary>
    public uint TakeUInt32(string what) => BinaryPrimitives.ReadUInt32LittleEndian(Take(4, what));

    /// <summary>Reads a 64-bit integer.</summary>
    public ulong TakeUInt64(string what) => BinaryPrimitives.ReadUInt64LittleEndian(Take(8, what));

    /// <summary>Reads a count of things that take at least so many bytes each, so that the file can hold them.</summary>
    public int TakeCount(string what, int minBytesEach, int max)
    {
        var count = TakeUInt64("the number of " + what);
        var most = Math.Min(max, RemainingBytes / Math.Max(1, minBytesEach));
        return count <= (ulong)most
            ? (int)count
            : throw WeightErrors.GgufExtent(file.Path, $"it claims {count} {what} at byte {Offset - 8}", $"at most {most} in the {RemainingBytes} bytes that follow");
    }

    /// <summary>Reads the bytes of a string.</summary>
    public ReadOnlySpan<byte> TakeString(string what)
    {
        var length = TakeUInt64("the length of " + what);
        return length <= MaxStringBytes && length <= (ulong)RemainingBytes
            ? Take((int)length, what)
            : throw WeightErrors.GgufExtent(file.Path, $"{what} claims {length} bytes at byte {Offset - 8}", $"at most {Math.Min(MaxStringBytes, RemainingBytes)}");
    }
}

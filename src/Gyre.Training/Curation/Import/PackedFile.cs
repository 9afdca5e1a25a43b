using System.Buffers.Binary;

namespace Gyre.Training.Curation.Import;

/// <summary>Whether a gzip file was unpacked to its end. The framework reads one that was cut off as a shorter one.</summary>
/// <remarks>Source: RFC 1952: the last four bytes of a member are the length of what it holds.</remarks>
internal static class PackedFile
{
    private const int TrailerBytes = 8;
    private const int HeaderBytes = 10;

    /// <summary>Checks the length that the file says against what came out.</summary>
    /// <exception cref="TrainingException">TRN0500: the file was cut off.</exception>
    public static void RequireWhole(string path, long unpackedBytes)
    {
        try
        {
            using var file = File.OpenRead(path);
            if (file.Length == 0)
            {
                return;
            }

            Span<byte> length = stackalloc byte[sizeof(uint)];
            file.Position = Math.Max(0, file.Length - sizeof(uint));
            file.ReadExactly(length[..(int)Math.Min(sizeof(uint), file.Length)]);
            if (file.Length >= HeaderBytes + TrailerBytes && (BinaryPrimitives.ReadUInt32LittleEndian(length) == (uint)unpackedBytes || HasSecondMember(file)))
            {
                return;
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw RecordImport.Unreadable(path, error);
        }

        throw new TrainingException("TRN0500", $"Importing records failed: the packed file '{path}' ends early: {unpackedBytes} bytes came out, and its end does not say so. Copy the file again.");
    }

    /// <summary>Files may be joined; then the length at the end is that of the last part.</summary>
    private static bool HasSecondMember(FileStream file)
    {
        var buffer = new byte[1 << 16];
        file.Position = 1;
        var kept = 0;
        for (int read; (read = file.Read(buffer, kept, buffer.Length - kept)) > 0;)
        {
            var all = kept + read;
            for (var at = 0; at + HeaderBytes <= all; at++)
            {
                var header = buffer.AsSpan(at, HeaderBytes);
                if (header is [0x1F, 0x8B, 8, < 32, _, _, _, _, 0 or 2 or 4, <= 13 or 255])
                {
                    return true;
                }
            }

            kept = Math.Min(all, HeaderBytes - 1);
            buffer.AsSpan(all - kept, kept).CopyTo(buffer);
        }

        return false;
    }
}

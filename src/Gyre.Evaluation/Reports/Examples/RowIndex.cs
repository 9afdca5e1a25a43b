using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;

namespace Gyre.Evaluation.Reports.Examples;

/// <summary>Where each row of an experiment begins, what failed in it, which parts it belongs to, and its scores, column by column in a file.</summary>
/// <remarks>
/// Layout, little endian: offsets (8 bytes a row), calls (a byte a row and candidate: bit 0 when it failed), parts (4 bytes a row, a
/// column a key), values (8 bytes a row, a column a candidate and metric: NaN when nothing was wanted, infinity when there is no
/// value), a footer in JSON, its length, the mark. Owns: the file's handle, until disposed.
/// </remarks>
internal sealed class RowIndex : IDisposable
{
    internal const int MostKeys = 16;
    private const int MostFooterBytes = 64 << 20;
    private const int ChunkRows = 1 << 14;
    private readonly SafeFileHandle _file;
    private readonly RowIndexShape _shape;
    private readonly string _path;

    private RowIndex(SafeFileHandle file, RowIndexShape shape, string path, IReadOnlyList<string>?[] parts) => (_file, _shape, _path, Parts) = (file, shape, path, parts);

    internal static ReadOnlySpan<byte> Mark => "GYREROW1"u8;

    /// <summary>The names of each key's parts by their numbers; null where there are too many.</summary>
    public IReadOnlyList<string>?[] Parts { get; }

    /// <summary>Opens an index when it is whole and of these rows; otherwise null, and it is to be built.</summary>
    public static RowIndex? TryOpen(string path, RowIndexShape shape, string fingerprint)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        var file = OpenFile(path);
        try
        {
            var length = RandomAccess.GetLength(file);
            Span<byte> end = stackalloc byte[16];
            if (length < shape.FooterPlace + end.Length || RandomAccess.Read(file, end, length - end.Length) != end.Length || !end[8..].SequenceEqual(Mark)
                || BinaryPrimitives.ReadInt64LittleEndian(end) is not (> 0 and <= MostFooterBytes) || length - end.Length - BinaryPrimitives.ReadInt64LittleEndian(end) != shape.FooterPlace)
            {
                file.Dispose();
                return null;
            }

            var footer = new byte[BinaryPrimitives.ReadInt64LittleEndian(end)];
            ReadExactly(file, footer, shape.FooterPlace, path);
            using var document = JsonDocument.Parse(footer);
            if (document.RootElement.GetProperty("rows").GetString() != fingerprint || document.RootElement.GetProperty("shape").GetString() != shape.Digest)
            {
                file.Dispose();
                return null;
            }

            return new RowIndex(file, shape, path, [.. document.RootElement.GetProperty("parts").EnumerateArray().Select(key => key.ValueKind == JsonValueKind.Null ? null : (IReadOnlyList<string>)[.. key.EnumerateArray().Select(name => name.GetString() ?? "")])]);
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            // Whatever stands there is no index of ours: it is built anew.
            file.Dispose();
            return null;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>What tells one file of rows from another without reading all of it: length, time of the last change, and the digest of its ends.</summary>
    public static string Fingerprint(string rowsPath)
    {
        try
        {
            using var stream = new FileStream(rowsPath, FileMode.Open, FileAccess.Read, FileShare.Read, 1);
            var ends = new byte[1 << 16];
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            hash.AppendData(ends, 0, stream.ReadAtLeast(ends, ends.Length, throwOnEndOfStream: false));
            stream.Position = Math.Max(0, stream.Length - ends.Length);
            hash.AppendData(ends, 0, stream.ReadAtLeast(ends, ends.Length, throwOnEndOfStream: false));
            return $"{stream.Length}-{File.GetLastWriteTimeUtc(rowsPath).Ticks}-{Convert.ToHexStringLower(hash.GetHashAndReset())}";
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw RowLines.Unreadable(rowsPath, error);
        }
    }

    /// <summary>Where a row lies in its file, from 1; the length is null for the last row.</summary>
    public (long Offset, long? Length) Place(long number)
    {
        Span<long> places = stackalloc long[2];
        var count = number < _shape.Rows ? 2 : 1;
        ReadExactly(_file, MemoryMarshal.AsBytes(places[..count]), (number - 1) * sizeof(long), _path);
        return (places[0], count == 2 ? places[1] - places[0] : null);
    }

    /// <summary>Reads a column of values in order and hands over each piece with the number of its first row, from 0.</summary>
    public void ReadValues(int candidate, int scorer, Span<double> destination, long first) =>
        ReadExactly(_file, MemoryMarshal.AsBytes(destination), _shape.ValuesPlace(candidate, scorer) + (first * sizeof(double)), _path);

    /// <summary>Reads the calls of some rows, a byte a row and candidate.</summary>
    public void ReadCalls(Span<byte> destination, long first) => ReadExactly(_file, destination, _shape.CallsPlace + (first * _shape.Candidates.Count), _path);

    /// <summary>Reads the part numbers of some rows.</summary>
    public void ReadParts(int key, Span<int> destination, long first) =>
        ReadExactly(_file, MemoryMarshal.AsBytes(destination), _shape.PartsPlace(key) + (first * sizeof(int)), _path);

    /// <summary>The rows in pieces that are read together: first row and count.</summary>
    public IEnumerable<(long First, int Count)> Chunks()
    {
        for (long first = 0; first < _shape.Rows; first += ChunkRows)
        {
            yield return (first, (int)Math.Min(ChunkRows, _shape.Rows - first));
        }
    }

    public void Dispose() => _file.Dispose();

    private static SafeFileHandle OpenFile(string path)
    {
        try
        {
            return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, FileOptions.RandomAccess);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Unusable(path, error);
        }
    }

    internal static EvaluationException Unusable(string path, Exception error) => new(
        "EVA0047", $"Using the index of an experiment's rows failed: {error.Message} File: {path}. Check its folder, its permissions and the free space; the file may be deleted, it is built again.", error);

    private static void ReadExactly(SafeFileHandle file, Span<byte> destination, long place, string path)
    {
        try
        {
            while (destination.Length > 0)
            {
                var count = RandomAccess.Read(file, destination, place);
                if (count == 0)
                {
                    throw new EndOfStreamException("The file ends too early.");
                }

                destination = destination[count..];
                place += count;
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Unusable(path, error);
        }
    }
}

using System.Buffers;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using Gyre.Contracts;
using Gyre.Storage;

namespace Gyre.Registry.Datasets;

/// <summary>Writes rows into a blob, and learns on the way what a version says of them.</summary>
internal sealed class DatasetWriter : IDisposable
{
    private const int MostRowBytes = 16 << 20;
    private const int PartBytes = 1 << 20;
    private const int MostDepth = 32;
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = MostDepth, AllowDuplicateProperties = false };
    private readonly BlobWriter _blob;
    private readonly RowFaults _faults;
    private readonly RowKeySort _ids;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly SchemaBuilder _schema = new();
    private readonly ArrayBufferWriter<byte> _lines = new(PartBytes * 2);
    private readonly ArrayBufferWriter<byte> _line = new();
    private readonly List<DatasetPart> _parts = [];
    private long _rows;
    private long _rowsInParts;
    private long _lengthBytes;

    public DatasetWriter(BlobWriter blob, Func<FileStream> openScratch, RowFaults faults) =>
        (_blob, _faults, _ids) = (blob, faults, new RowKeySort(openScratch));

    /// <summary>Adds a row; what is wrong with it goes to the faults. False when there is no sense in going on.</summary>
    public bool TryAdd(ReadOnlyMemory<byte> json)
    {
        var row = _rows++;
        if (json.Length > MostRowBytes)
        {
            _faults.Add($"row {row + 1}: has {json.Length} bytes; expected at most {MostRowBytes}.");
            return !_faults.IsFull;
        }

        try
        {
            using var document = JsonDocument.Parse(json, Options);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                _faults.Add($"row {row + 1}: is a JSON {document.RootElement.ValueKind.ToString().ToLowerInvariant()}; expected an object.");
            }
            else
            {
                Add(document.RootElement, row);
            }
        }
        catch (JsonException error)
        {
            _faults.Add($"row {row + 1}: is no JSON object with each name once and at most {MostDepth} levels (at byte {error.BytePositionInLine}).");
        }
        catch (FormatException error)
        {
            _faults.Add($"row {row + 1}: {error.Message}.");
        }

        return !_faults.IsFull;
    }

    /// <summary>The whole blob, and what is to be said of it.</summary>
    public WrittenDataset Complete(string name)
    {
        foreach (var (one, other) in Doubles())
        {
            _faults.Add($"rows {one + 1} and {other + 1} have the same id; expected a different one for each row.");
        }

        _faults.ThrowIfAny();
        if (_rows == 0)
        {
            throw new RegistryException("REG0011", $"Adding to the dataset '{name}' failed: there are no rows; expected at least one. Check where they should come from.");
        }

        WritePart();
        return new WrittenDataset(Convert.ToHexStringLower(_hash.GetHashAndReset()), _blob.Complete(), _rows, _lengthBytes, _schema.Finish(), _parts);
    }

    public void Dispose()
    {
        _ids.Dispose();
        _hash.Dispose();
    }

    private void Add(JsonElement root, long row)
    {
        // First: what follows may rely on every text being Unicode.
        _line.ResetWrittenCount();
        CanonicalJson.Write(root, _line);
        if (!root.TryGetProperty("id"u8, out var id) || id.ValueKind != JsonValueKind.String || id.ValueEquals(""u8))
        {
            _faults.Add($"row {row + 1}: has no 'id' that is a text; expected a different one for each row.");
            return;
        }

        if (!_schema.TryAdd(root))
        {
            _faults.Add($"row {row + 1}: with it there are more than {SchemaBuilder.MostColumns} different columns; expected a table. Put what differs from row to row into one column.");
        }

        _ids.Add(new RowKey(RowDigest.Of(id.GetString()!), 0, row)); // The kind says that there is one.
        if (_lines.WrittenCount + _line.WrittenCount > PartBytes && _lines.WrittenCount > 0)
        {
            WritePart(row);
        }

        _lines.Write(_line.WrittenSpan);
        _lines.Write("\n"u8);
    }

    private IEnumerable<(long One, long Other)> Doubles()
    {
        RowKey? last = null;
        foreach (var key in _ids.Sorted())
        {
            if (last is { } before && before.Key == key.Key)
            {
                yield return (before.Row, key.Row);
            }

            last = key;
        }
    }

    private void WritePart() => WritePart(_rows);

    /// <param name="end">The row after the last one of the part.</param>
    private void WritePart(long end)
    {
        _hash.AppendData(_lines.WrittenSpan);
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(_lines.WrittenSpan);
        }

        var bytes = packed.GetBuffer().AsSpan(0, (int)packed.Length);
        _parts.Add(new DatasetPart(_parts.Count, _rowsInParts, end - _rowsInParts, _blob.Length, bytes.Length, _lines.WrittenCount, Convert.ToHexStringLower(SHA256.HashData(bytes))));
        _blob.Write(bytes);
        _lengthBytes += _lines.WrittenCount;
        _rowsInParts = end;
        _lines.ResetWrittenCount();
    }
}

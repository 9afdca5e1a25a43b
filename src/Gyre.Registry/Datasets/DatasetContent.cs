using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using Gyre.Contracts;
using Gyre.Storage;

namespace Gyre.Registry.Datasets;

/// <summary>The rows of a version: all in order, or any of them by number.</summary>
/// <remarks>
/// Every part of the file is checked against its digest before a row of it is given out.
/// <para>Errors: <see cref="RegistryException"/> <c>REG0015</c> the kept rows are damaged; <see cref="StorageException"/> <c>STO0021</c> they are gone.</para>
/// <para>Cost: memory for one part, about 1 MiB or the longest row.</para>
/// </remarks>
public sealed class DatasetContent
{
    private const int MostPageRows = 1000;
    private const int MostSearchedRows = 100_000;
    private readonly BlobStore _blobs;
    private readonly IReadOnlyList<DatasetPart> _parts;

    internal DatasetContent(BlobStore blobs, DatasetVersion version, IReadOnlyList<DatasetPart> parts)
    {
        (_blobs, Version, _parts) = (blobs, version, parts);
        if (parts.Sum(part => part.Rows) != version.Rows)
        {
            throw Damaged($"its parts hold {parts.Sum(part => part.Rows)} rows; expected {version.Rows}");
        }
    }

    /// <summary>The version.</summary>
    public DatasetVersion Version { get; }

    /// <summary>The canonical lines from a row on, without their line feeds; a new pass each time.</summary>
    /// <param name="first">The first row, from 0.</param>
    public IEnumerable<ReadOnlyMemory<byte>> Read(long first = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        return first >= Version.Rows ? [] : ReadFrom(first);
    }

    /// <summary>A part of the rows for a reader.</summary>
    /// <param name="first">The first row to look at, from 0.</param>
    /// <param name="count">The most rows: 1 to 1,000.</param>
    /// <param name="text">Only rows in which a text or number holds this, whatever the case of letters; null for all. At most 100,000 rows are looked through.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public DatasetRowPage Page(long first, int count, string? text = null, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, MostPageRows);
        var rows = new List<(long, ReadOnlyMemory<byte>)>();
        var number = first;
        foreach (var line in Read(first))
        {
            if (rows.Count == count || number - first == MostSearchedRows)
            {
                return new DatasetRowPage(rows, number);
            }

            cancellationToken.ThrowIfCancellationRequested();
            if (text is null || RowSearch.Has(line, text))
            {
                rows.Add((number, line));
            }

            number++;
        }

        return new DatasetRowPage(rows, null);
    }

    /// <summary>The rows as examples of a dataset; for versions whose rows have that form.</summary>
    /// <exception cref="RegistryException">REG0016: a row has another form.</exception>
    public IEnumerable<DatasetRow> ReadRows()
    {
        var number = 0L;
        foreach (var line in Read())
        {
            number++;
            DatasetRow row;
            try
            {
                using var json = JsonDocument.Parse(line);
                row = DatasetRowJson.Read(json.RootElement);
            }
            catch (FormatException error)
            {
                throw new RegistryException("REG0016", $"Reading {Version.Reference} as prompts with references failed: row {number}: {error.Message}. Use a version whose rows have an 'id' and a 'prompt' and nothing that is no text.", error);
            }

            yield return row;
        }
    }

    /// <summary>Writes the canonical lines, and checks at the end that they are the version's.</summary>
    public async Task ExportAsync(Stream destination, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var blob = _blobs.OpenUnchecked(Version.Blob);
        foreach (var part in _parts)
        {
            var lines = Unpack(blob, part);
            hash.AppendData(lines);
            await destination.WriteAsync(lines, cancellationToken);
        }

        var found = Convert.ToHexStringLower(hash.GetHashAndReset());
        if (found != Version.Digest)
        {
            throw Damaged($"its rows have the digest {found}");
        }
    }

    private IEnumerable<ReadOnlyMemory<byte>> ReadFrom(long first)
    {
        using var blob = _blobs.OpenUnchecked(Version.Blob);
        foreach (var part in _parts.Skip(PartOf(first)))
        {
            var lines = Unpack(blob, part);
            var row = part.FirstRow;
            for (var start = 0; start < lines.Length; row++)
            {
                var end = start + lines.AsSpan(start).IndexOf((byte)'\n');
                if (row >= first)
                {
                    yield return lines.AsMemory(start, end - start);
                }

                start = end + 1;
            }

            if (row != part.FirstRow + part.Rows)
            {
                throw Damaged($"a part holds {row - part.FirstRow} rows; expected {part.Rows}");
            }
        }
    }

    private int PartOf(long row)
    {
        var (low, high) = (0, _parts.Count - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            (low, high) = _parts[middle].FirstRow <= row ? (middle, high) : (low, middle - 1);
        }

        return low;
    }

    /// <summary>The lines of a part; every one ends with a line feed.</summary>
    private byte[] Unpack(Stream blob, DatasetPart part)
    {
        try
        {
            blob.Position = part.Offset;
            var packed = new byte[part.LengthBytes];
            blob.ReadExactly(packed);
            if (Convert.ToHexStringLower(SHA256.HashData(packed)) != part.Digest)
            {
                throw Damaged($"the part at byte {part.Offset} has another digest");
            }

            var lines = new byte[part.UnpackedBytes];
            using var gzip = new GZipStream(new MemoryStream(packed), CompressionMode.Decompress);
            gzip.ReadExactly(lines);
            return lines.Length > 0 && lines[^1] == (byte)'\n' ? lines : throw Damaged("a part does not end with a whole row");
        }
        catch (Exception error) when (error is InvalidDataException or EndOfStreamException)
        {
            throw Damaged($"the part at byte {part.Offset} cannot be unpacked: {error.Message}", error);
        }
        catch (IOException error)
        {
            throw Damaged($"it cannot be read: {error.Message}", error);
        }
    }

    private RegistryException Damaged(string found, Exception? cause = null) => new(
        "REG0015",
        $"Reading {Version.Reference} failed: the file of its rows, {Version.Blob}, is damaged: {found}; expected the rows of {Version.Digest[..12]}. Restore the data folder from a backup, or add the same rows again.",
        cause);
}

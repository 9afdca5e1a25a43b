using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace Gyre.Models.Catalog;

/// <summary>Fetches one file so that it can be interrupted at any moment: into <c>name.part</c>, checked, then renamed.</summary>
/// <remarks>
/// Beside the part lies <c>name.part.tag</c> with what the server gives to tell versions apart (an entity tag or a time);
/// a part is resumed only when the server still gives the same, otherwise it starts anew.
/// </remarks>
internal sealed class FileDownload : IDisposable
{
    private const int ChunkBytes = 128 << 10;
    private const long MaxUnmeasuredBytes = 64 << 20;
    private const long MinProgressBytes = 1 << 20;

    private readonly HubConnection _connection;
    private readonly Uri _uri;
    private readonly FileExpectation _file;
    private readonly string _target;
    private readonly SourceRecord.Entry? _known;
    private readonly Action<long, long?, string?> _report;
    private readonly RetryBudget _budget;
    private IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _hashedBytes;

    public FileDownload(HubConnection connection, Uri uri, FileExpectation file, string folder, SourceRecord.Entry? known, Action<long, long?, string?> report)
    {
        _connection = connection;
        _uri = uri;
        _file = file;
        _target = Path.Combine(folder, file.Name);
        _known = known;
        _report = report;
        _budget = new RetryBudget(connection.Options, connection.Time);
    }

    /// <summary>What the unfinished file's name ends in.</summary>
    public const string PartSuffix = ".part";

    private const string TagSuffix = ".part.tag";

    private string PartPath => _target + PartSuffix;

    private string TagPath => _target + TagSuffix;

    private string Url => _uri.GetLeftPart(UriPartial.Path);

    /// <summary>The commit that the server named, if any.</summary>
    public string? Commit { get; private set; }

    /// <summary>Fetches the file, retrying and resuming; null when the server has none of that name.</summary>
    public async Task<SourceRecord.Entry?> RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                var (entry, isDone) = await AttemptAsync(cancellationToken);
                if (isDone)
                {
                    return entry;
                }
            }
            catch (TransientFailure failure)
            {
                var length = LengthOf(PartPath);
                await _budget.SpendAsync(failure, Url, notice => _report(length, _file.LengthBytes, notice), cancellationToken);
            }
        }
    }

    /// <inheritdoc />
    public void Dispose() => _hash.Dispose();

    private async Task<(SourceRecord.Entry? Entry, bool IsDone)> AttemptAsync(CancellationToken cancellationToken)
    {
        var tag = ReadTag();
        var existing = tag is null ? 0 : LengthOf(PartPath);
        using var answer = await _connection.GetAsync(_uri, existing, cancellationToken);
        Commit = answer.Commit ?? Commit;
        if (answer.Status == HttpStatusCode.NotFound)
        {
            return (null, true);
        }

        if (existing == 0 && IsPresent(answer))
        {
            return (_known, true);
        }

        var isSame = answer.Validator is not null && answer.Validator == tag;
        if (existing > 0 && answer.Status != HttpStatusCode.OK)
        {
            var isTail = isSame && answer.Status == HttpStatusCode.PartialContent && answer.RangeFrom == existing;
            var isWhole = isSame && answer.Status == HttpStatusCode.RequestedRangeNotSatisfiable && answer.TotalBytes == existing;
            if (!isTail && !isWhole)
            {
                _report(0, answer.TotalBytes, "the file changed on the server since; starting anew");
                DeletePart();
                return (null, false);
            }

            await ReceiveAsync(answer, existing, hasBody: isTail, cancellationToken);
        }
        else if (answer.Status == HttpStatusCode.OK)
        {
            await ReceiveAsync(answer, 0, hasBody: true, cancellationToken);
        }
        else
        {
            throw CatalogErrors.BadAnswer(Url, $"status {(int)answer.Status} to a request for the whole file", "200");
        }

        return (await FinishAsync(answer, cancellationToken), true);
    }

    /// <summary>True when the finished file of an earlier run is what the server would send.</summary>
    private bool IsPresent(HubAnswer answer) =>
        _known is { Validator: not null } && answer.Status == HttpStatusCode.OK
        && _known.Validator == answer.Validator && LengthOf(_target) == _known.LengthBytes
        && (_file.Sha256 ?? answer.LinkedSha256 ?? _known.Sha256) == _known.Sha256;

    private async Task ReceiveAsync(HubAnswer answer, long existing, bool hasBody, CancellationToken cancellationToken)
    {
        var total = answer.TotalBytes;
        if (total is not null && _file.LengthBytes is not null && total != _file.LengthBytes)
        {
            throw CatalogErrors.BadAnswer(Url, $"{total} bytes", $"the {_file.LengthBytes} bytes of the model's listing");
        }

        CheckSpace((total ?? 0) - existing);
        await using var part = OpenPart(existing, answer.Validator);
        await HashExistingAsync(part, existing, cancellationToken);
        if (hasBody)
        {
            await CopyAsync(answer, part, existing, total, cancellationToken);
        }

        Store(() => part.Flush(flushToDisk: true));
        if (total is not null && part.Length < total)
        {
            throw new TransientFailure($"the connection ended after {part.Length} of {total} bytes", null, null);
        }
    }

    private async Task CopyAsync(HubAnswer answer, FileStream part, long existing, long? total, CancellationToken cancellationToken)
    {
        var limit = total ?? MaxUnmeasuredBytes;
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        var written = existing;
        var settled = existing;
        try
        {
            await using var body = await answer.Content.ReadAsStreamAsync(cancellationToken);
            _report(written, total, null);
            while (await _connection.ReadAsync(body, buffer.AsMemory(0, ChunkBytes), cancellationToken) is var read and > 0)
            {
                if (read > limit - written)
                {
                    DeletePartAfter(part);
                    throw CatalogErrors.BadAnswer(Url, $"more than {limit} bytes", total is null ? "a length for a file this long" : "the length that the server gave");
                }

                Store(() => part.Write(buffer, 0, read));
                _hash.AppendData(buffer, 0, read);
                written += read;
                _hashedBytes = written;
                _report(written, total, null);
                if (written - settled >= MinProgressBytes)
                {
                    settled = written;
                    _budget.Reset();
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task<SourceRecord.Entry> FinishAsync(HubAnswer answer, CancellationToken cancellationToken)
    {
        var length = LengthOf(PartPath);
        var sha256 = Convert.ToHexStringLower(_hash.GetHashAndReset());
        _hashedBytes = 0;
        var expected = _file.Sha256 ?? answer.LinkedSha256;
        if (expected is not null && expected != sha256)
        {
            DeletePart();
            throw CatalogErrors.Mismatch(_target, "SHA-256 " + sha256, "SHA-256 " + expected);
        }

        var isVerified = expected is not null;
        if (!isVerified && answer.GitBlobId is { } blobId && length <= MaxUnmeasuredBytes)
        {
            var found = await GitBlobIdAsync(PartPath, length, cancellationToken);
            if (found != blobId)
            {
                DeletePart();
                throw CatalogErrors.Mismatch(_target, "git blob id " + found, "git blob id " + blobId);
            }

            isVerified = true;
        }

        Store(() =>
        {
            File.Move(PartPath, _target, overwrite: true);
            File.Delete(TagPath);
        });
        return new SourceRecord.Entry(length, sha256, isVerified, answer.Validator);
    }

    private FileStream OpenPart(long existing, string? validator)
    {
        FileStream? part = null;
        Store(() =>
        {
            part = new FileStream(PartPath, existing == 0 ? FileMode.Create : FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, FileOptions.Asynchronous);
            if (existing == 0)
            {
                if (validator is null)
                {
                    File.Delete(TagPath);
                }
                else
                {
                    File.WriteAllText(TagPath, validator);
                }
            }
        });
        return part!; // Store has thrown when the file was not opened.
    }

    private async Task HashExistingAsync(FileStream part, long existing, CancellationToken cancellationToken)
    {
        if (_hashedBytes != existing || existing == 0)
        {
            _hash.Dispose();
            _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            _hashedBytes = 0;
            var buffer = new byte[ChunkBytes];
            while (_hashedBytes < existing)
            {
                var read = await part.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, existing - _hashedBytes)), cancellationToken);
                if (read == 0)
                {
                    throw CatalogErrors.CannotStore(PartPath, "the part became shorter while it was read");
                }

                _hash.AppendData(buffer, 0, read);
                _hashedBytes += read;
            }
        }

        part.Position = existing;
    }

    private void CheckSpace(long neededBytes)
    {
        var free = 0L;
        Store(() => free = new DriveInfo(Path.GetDirectoryName(Path.GetFullPath(_target)) ?? "/").AvailableFreeSpace);

        // Some network file systems report nothing; writing will tell.
        if (free > 0 && neededBytes > free)
        {
            throw CatalogErrors.CannotStore(_target, $"the disk has {free.ToString(CultureInfo.InvariantCulture)} bytes free and the file needs {neededBytes.ToString(CultureInfo.InvariantCulture)} more");
        }
    }

    /// <summary>Runs something that touches the disk; its failures are RUN0046 and leave the part for a later run.</summary>
    private void Store(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw CatalogErrors.CannotStore(_target, e.Message, e);
        }
    }

    private string? ReadTag()
    {
        string? tag = null;
        Store(() => tag = File.Exists(TagPath) ? File.ReadAllText(TagPath) : null);
        return tag;
    }

    private void DeletePartAfter(FileStream part)
    {
        part.Dispose();
        DeletePart();
    }

    private void DeletePart() => Store(() =>
    {
        File.Delete(PartPath);
        File.Delete(TagPath);
    });

    private static long LengthOf(string path) => new FileInfo(path) is { Exists: true } file ? file.Length : 0;

    /// <summary>Git names a blob by the SHA-1 of a short head and the content; the hub uses it as the tag of small files.</summary>
    [SuppressMessage("Security", "CA5350:Do Not Use Weak Cryptographic Algorithms", Justification = "The hub's own tag; it finds damage, it does not sign.")]
    private static async Task<string> GitBlobIdAsync(string path, long length, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        hash.AppendData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"blob {length}\0")));
        hash.AppendData(await File.ReadAllBytesAsync(path, cancellationToken));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}

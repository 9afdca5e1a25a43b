using System.Security.Cryptography;

namespace Gyre.Storage;

/// <summary>Takes the bytes of one new blob; nobody sees it before <see cref="Complete"/>, and nobody ever if that is not called.</summary>
/// <remarks>
/// Owns: an unfinished file and a lease on the store, until disposed. For one thread.
/// <para>Errors: <see cref="StorageException"/> <c>STO0003</c> disk full, <c>STO0020</c> any other failure of the folder.</para>
/// <para>Cost: no memory beyond a buffer; the bytes are hashed as they pass.</para>
/// </remarks>
public sealed class BlobWriter : Stream
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly BlobStore _store;
    private readonly BlobLease _lease;
    private readonly FileStream _file;
    private long _length;
    private bool _isDone;

    internal BlobWriter(BlobStore store, BlobLease lease, FileStream file) => (_store, _lease, _file) = (store, lease, file);

    /// <inheritdoc />
    public override bool CanRead => false;

    /// <inheritdoc />
    public override bool CanSeek => false;

    /// <inheritdoc />
    public override bool CanWrite => !_isDone;

    /// <summary>The bytes written so far.</summary>
    public override long Length => _length;

    /// <summary>The bytes written so far; cannot be set.</summary>
    public override long Position
    {
        get => _length;
        set => throw new NotSupportedException();
    }

    /// <inheritdoc />
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_isDone, this);
        try
        {
            _file.Write(buffer);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw BlobErrors.Translate("Writing a blob", _store.Folder, error);
        }

        _hash.AppendData(buffer);
        _length += buffer.Length;
    }

    /// <inheritdoc />
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <summary>Makes the blob: whole, on the disk, under its digest. A blob of the same bytes is used again.</summary>
    /// <remarks>Errors: as the type's; the unfinished file is removed.</remarks>
    public Blob Complete()
    {
        ObjectDisposedException.ThrowIf(_isDone, this);
        _isDone = true;
        var blob = new Blob(Convert.ToHexStringLower(_hash.GetHashAndReset()), _length);
        try
        {
            // On the disk before it has its name, so that a power cut leaves a whole blob or none.
            _file.Flush(flushToDisk: true);
            _file.Dispose();
            _store.Adopt(_file.Name, blob);
            return blob;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Discard();
            throw BlobErrors.Translate("Writing a blob", _store.Folder, error);
        }
    }

    /// <inheritdoc />
    public override void Flush()
    {
        // Bytes count only once the blob is complete.
    }

    /// <inheritdoc />
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc />
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc />
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            if (!_isDone)
            {
                _isDone = true;
                Discard();
            }

            _hash.Dispose();
            _lease.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Discard()
    {
        try
        {
            _file.Dispose();
            File.Delete(_file.Name);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The next sweep removes it; why the blob was not completed is what the caller must hear.
        }
    }
}

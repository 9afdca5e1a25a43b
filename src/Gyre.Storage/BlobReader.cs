using System.Security.Cryptography;

namespace Gyre.Storage;

/// <summary>Reads a blob from its beginning to its end, and fails at the end when the bytes were not those of its digest.</summary>
internal sealed class BlobReader(FileStream file, string digest) : Stream
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private bool _isChecked;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => file.Length;

    public override long Position
    {
        get => file.Position;
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty)
        {
            return 0;
        }

        int count;
        try
        {
            count = file.Read(buffer);
        }
        catch (IOException error)
        {
            throw BlobErrors.Translate("Reading a blob", file.Name, error);
        }

        if (count > 0)
        {
            _hash.AppendData(buffer[..count]);
        }
        else if (!_isChecked)
        {
            _isChecked = true;
            var found = Convert.ToHexStringLower(_hash.GetHashAndReset());
            if (found != digest)
            {
                throw BlobErrors.Damaged(file.Name, digest, $"its bytes have the digest {found}");
            }
        }

        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _hash.Dispose();
            file.Dispose();
        }

        base.Dispose(disposing);
    }
}

using System.Runtime.InteropServices;

namespace Gyre.Training.Curation.Deduplication;

/// <summary>Sets of hashes in a scratch file; in memory is where each begins.</summary>
/// <remarks>Owns the file, which is gone when this is disposed of. Cost: 8 bytes of memory a set and 8 bytes of disk a hash.</remarks>
internal sealed class ShingleStore : IDisposable
{
    private const int BufferBytes = 1 << 20;
    private readonly FileStream _file;
    private readonly List<long> _starts = [0];
    private readonly byte[] _buffer = new byte[BufferBytes];
    private long _written;
    private int _buffered;
    private ulong[] _read = new ulong[256];

    /// <param name="folder">Where the scratch file is made.</param>
    public ShingleStore(string folder) => _file = ScratchFile.Create(folder);

    public int Count => _starts.Count - 1;

    public void Add(ReadOnlySpan<ulong> set)
    {
        var bytes = MemoryMarshal.AsBytes(set);
        if (bytes.Length > BufferBytes - _buffered)
        {
            Flush();
        }

        if (bytes.Length > BufferBytes)
        {
            Write(bytes);
        }
        else
        {
            bytes.CopyTo(_buffer.AsSpan(_buffered));
            _buffered += bytes.Length;
        }

        _starts.Add(_starts[^1] + bytes.Length);
    }

    /// <summary>A set; valid until the next call.</summary>
    public ReadOnlySpan<ulong> Read(int number)
    {
        var (start, end) = (_starts[number], _starts[number + 1]);
        var length = (int)((end - start) / sizeof(ulong));
        if (length > _read.Length)
        {
            _read = new ulong[Math.Max(length, _read.Length * 2)];
        }

        var bytes = MemoryMarshal.AsBytes(_read.AsSpan(0, length));
        if (start >= _written)
        {
            _buffer.AsSpan((int)(start - _written), bytes.Length).CopyTo(bytes);
        }
        else
        {
            for (var read = 0; read < bytes.Length;)
            {
                var count = RandomAccess.Read(_file.SafeFileHandle, bytes[read..], start + read);
                read += count > 0 ? count : throw new TrainingException("TRN0510", $"Looking for duplicates failed: the scratch file '{_file.Name}' became shorter. Leave the work folder alone while the build runs, and run it again.");
            }
        }

        return _read.AsSpan(0, length);
    }

    public void Dispose() => _file.Dispose();

    private void Flush()
    {
        Write(_buffer.AsSpan(0, _buffered));
        _buffered = 0;
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        ScratchFile.Write(_file, bytes, _written);
        _written += bytes.Length;
    }
}

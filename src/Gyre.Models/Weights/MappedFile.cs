using System.IO.MemoryMappedFiles;

namespace Gyre.Models.Weights;

/// <summary>A whole file mapped read-only into memory.</summary>
/// <remarks>
/// Owns: the mapping, until disposed. Replacing the file by a rename leaves the mapping intact; truncating it in place
/// while it is mapped is undefined, as it is for every memory-mapped reader.
/// </remarks>
internal sealed unsafe class MappedFile : IDisposable
{
    private readonly MemoryMappedFile? _file;
    private readonly MemoryMappedViewAccessor? _view;
    private byte* _start;
    private bool _disposed;

    private MappedFile(string path, MemoryMappedFile? file, MemoryMappedViewAccessor? view, long lengthBytes)
    {
        Path = path;
        _file = file;
        _view = view;
        LengthBytes = lengthBytes;
        if (view is not null)
        {
            view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
            _start += view.PointerOffset;
        }
    }

    /// <summary>The path that was opened.</summary>
    public string Path { get; }

    /// <summary>The file's length when it was mapped.</summary>
    public long LengthBytes { get; }

    /// <summary>The first byte; null for an empty file.</summary>
    public byte* Start
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _start;
        }
    }

    /// <summary>Maps a file; every failure is <c>RUN0001</c>.</summary>
    public static MappedFile Open(string path)
    {
        MemoryMappedFile? file = null;
        FileStream? stream = null;
        try
        {
            stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);
            var length = stream.Length;
            if (length == 0)
            {
                stream.Dispose();
                return new MappedFile(path, null, null, 0);
            }

            file = MemoryMappedFile.CreateFromFile(stream, mapName: null, length, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
            var view = file.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
            return new MappedFile(path, file, view, length);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            file?.Dispose();
            stream?.Dispose();
            throw WeightErrors.CannotOpen(path, e);
        }
    }

    /// <summary>The bytes of a range that lies inside the file and fits a span.</summary>
    public ReadOnlySpan<byte> Span(long offset, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, LengthBytes - length);
        return new ReadOnlySpan<byte>(Start + offset, length);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        if (_view is not null)
        {
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
            _view.Dispose();
        }

        _file?.Dispose();
    }
}

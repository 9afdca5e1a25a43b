using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Gyre.Registry.Datasets;

/// <summary>Sorts any number of keys in bounded memory: sorted runs on the disk, merged when they are read.</summary>
/// <remarks>Owns: a scratch file, until disposed. Cost: 10 MiB of memory, and 40 bytes of disk a key beyond the first run.</remarks>
internal sealed class RowKeySort(Func<FileStream> openScratch, int keysPerRun = RowKeySort.KeysPerRun) : IDisposable
{
    private const int KeysPerRun = 1 << 18;
    private const int KeysPerRead = 1 << 11;
    private readonly List<RowKey> _run = new(Math.Min(keysPerRun, 1 << 12));
    private readonly List<(long Offset, int Count)> _runs = [];
    private FileStream? _scratch;

    public void Add(RowKey key)
    {
        if (_run.Count == keysPerRun)
        {
            Spill();
        }

        _run.Add(key);
    }

    /// <summary>The keys in order, of equal ones the lower row first. Nothing may be added afterwards; may be read again.</summary>
    public IEnumerable<RowKey> Sorted()
    {
        if (_runs.Count == 0)
        {
            _run.Sort();
            return _run;
        }

        if (_run.Count > 0)
        {
            Spill();
        }

        return Merge();
    }

    public void Dispose() => _scratch?.Dispose();

    private IEnumerable<RowKey> Merge()
    {
        var queue = new PriorityQueue<IEnumerator<RowKey>, RowKey>();
        foreach (var (offset, count) in _runs)
        {
            var run = ReadRun(offset, count).GetEnumerator();
            run.MoveNext(); // No run is empty.
            queue.Enqueue(run, run.Current);
        }

        while (queue.TryPeek(out var run, out var key))
        {
            yield return key;
            if (run.MoveNext())
            {
                queue.DequeueEnqueue(run, run.Current);
            }
            else
            {
                queue.Dequeue().Dispose();
            }
        }
    }

    private IEnumerable<RowKey> ReadRun(long offset, int count)
    {
        var keys = new RowKey[Math.Min(count, KeysPerRead)];
        for (var read = 0; read < count; read += keys.Length)
        {
            var filled = Fill(keys, offset + ((long)read * Unsafe.SizeOf<RowKey>()), Math.Min(keys.Length, count - read));
            for (var i = 0; i < filled; i++)
            {
                yield return keys[i];
            }
        }
    }

    private int Fill(RowKey[] keys, long offset, int count)
    {
        var bytes = MemoryMarshal.AsBytes(keys.AsSpan(0, count));
        for (var done = 0; done < bytes.Length;)
        {
            var got = RandomAccess.Read(_scratch!.SafeFileHandle, bytes[done..], offset + done); // Runs are in the file.
            done += got > 0 ? got : throw new EndOfStreamException($"The scratch file '{_scratch.Name}' was cut while it was in use.");
        }

        return count;
    }

    private void Spill()
    {
        _scratch ??= openScratch();
        _run.Sort();
        _runs.Add((_scratch.Position, _run.Count));
        _scratch.Write(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(_run)));
        _scratch.Flush();
        _run.Clear();
    }
}

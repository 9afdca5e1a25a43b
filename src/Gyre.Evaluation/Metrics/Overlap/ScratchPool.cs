using System.Collections.Concurrent;

namespace Gyre.Evaluation.Metrics.Overlap;

/// <summary>Scratch that no thread uses, as many as threads measured at once; that of huge samples is not kept.</summary>
internal sealed class ScratchPool<T>
    where T : class, IScratch, new()
{
    private const int LargestKept = 1 << 18;
    private readonly ConcurrentBag<T> _more = [];
    private T? _first;

    public T Rent()
    {
        var scratch = Interlocked.Exchange(ref _first, null) ?? (_more.TryTake(out var other) ? other : new T());
        scratch.Clear();
        return scratch;
    }

    public void Return(T scratch)
    {
        if (scratch.Capacity <= LargestKept && Interlocked.CompareExchange(ref _first, scratch, null) is not null)
        {
            _more.Add(scratch);
        }
    }
}

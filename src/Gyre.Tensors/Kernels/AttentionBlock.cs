using System.Runtime.CompilerServices;
using Gyre.Tensors.Kernels.Lanes;

namespace Gyre.Tensors.Kernels;

/// <summary>
/// What forward and backward share: a block of queries laid across the lanes of two registers, and the scores of those
/// queries with a block of keys.
/// </summary>
internal unsafe struct AttentionBlock
{
    private const float Log2OfE = 1.44269504f;

    /// <summary>The first key that any query of the block sees, and the key after the last.</summary>
    public int KeyBegin;
    public int KeyEnd;
    private int _latestFirst;
    private int _earliestEnd;
    private float* _first;
    private float* _end;

    /// <summary>Finds which keys the queries see; writes each lane's first and end to two lines of floats.</summary>
    public void Open(ref readonly AttentionJob job, int batch, int query, int count, int lanes, float* firstAndEnd)
    {
        _first = firstAndEnd;
        _end = firstAndEnd + lanes;
        (KeyBegin, KeyEnd, _latestFirst, _earliestEnd) = (job.Keys, 0, 0, job.Keys);
        for (var lane = 0; lane < lanes; lane++)
        {
            // Lanes without a query repeat the last one; their results are not written anywhere.
            var position = query + Math.Min(lane, count - 1);
            var first = job.FirstVisible(batch, position);
            var end = job.VisibleEnd(position);
            (_first[lane], _end[lane]) = (first, end);
            KeyBegin = Math.Min(KeyBegin, first);
            KeyEnd = Math.Max(KeyEnd, end);
            _latestFirst = Math.Max(_latestFirst, first);
            _earliestEnd = Math.Min(_earliestEnd, end);
        }
    }

    /// <summary>
    /// Scores in base 2 of <paramref name="keys"/> keys from <paramref name="key"/> on: destination[key][lane], with −∞
    /// where a query does not see a key. <paramref name="queries"/> is [D][lanes], unscaled.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Score<TLanes, TV>(
        ref readonly AttentionJob job, int batch, int head, int query, int count, int key, int keys, float* queries, float* destination)
        where TLanes : struct, ILanes<TV>
        where TV : struct
    {
        var w = TLanes.Count;
        var lanes = 2 * w;
        var k = job.K.At(batch, key, head / (job.Heads / job.KeyValueHeads));
        AttentionTiles.Multiply<TLanes, TV>(keys, job.Width, k, job.K.Token, 1, queries, lanes, destination, lanes, add: false);
        if (job.SoftCap > 0f)
        {
            var inner = TLanes.Broadcast(job.Scale / job.SoftCap);
            var outer = TLanes.Broadcast(job.SoftCap);
            for (var i = 0; i < keys * lanes; i += w)
            {
                var s = Functions.Tanh<TLanes, TV>(TLanes.Multiply(TLanes.Load(destination + i), inner));
                TLanes.Store(TLanes.Multiply(s, outer), destination + i);
            }
        }

        if (job.Bias != null)
        {
            AddBias(in job, batch, head, query, count, key, keys, lanes, destination);
        }

        var masks = key < _latestFirst || key + keys > _earliestEnd;
        var toBase2 = TLanes.Broadcast(job.Bias != null || job.SoftCap > 0f ? Log2OfE : Log2OfE * job.Scale);
        var (first0, first1) = (TLanes.Load(_first), TLanes.Load(_first + w));
        var (end0, end1) = (TLanes.Load(_end), TLanes.Load(_end + w));
        var hidden = TLanes.Broadcast(float.NegativeInfinity);
        for (var j = 0; j < keys; j++)
        {
            var row = destination + (j * lanes);
            var s0 = TLanes.Multiply(TLanes.Load(row), toBase2);
            var s1 = TLanes.Multiply(TLanes.Load(row + w), toBase2);
            if (masks)
            {
                var index = TLanes.Broadcast(key + j);
                s0 = TLanes.Select(TLanes.LessThan(index, end0), s0, hidden);
                s1 = TLanes.Select(TLanes.LessThan(index, end1), s1, hidden);
                s0 = TLanes.Select(TLanes.LessThan(index, first0), hidden, s0);
                s1 = TLanes.Select(TLanes.LessThan(index, first1), hidden, s1);
            }

            TLanes.Store(s0, row);
            TLanes.Store(s1, row + w);
        }
    }

    /// <summary>Writes rows [count][width] as columns [width][lanes]; lanes without a row become 0.</summary>
    public static void Transpose(float* source, nint sourceRow, int count, int width, int lanes, float* destination)
    {
        for (var d = 0; d < width; d++)
        {
            var row = destination + (d * lanes);
            for (var lane = 0; lane < count; lane++)
            {
                row[lane] = source[(lane * sourceRow) + d];
            }

            new Span<float>(row + count, lanes - count).Clear();
        }
    }

    /// <summary>Copies rows [count][width] to rows of <paramref name="padded"/> floats; the rest becomes 0.</summary>
    public static void CopyRows(float* source, nint sourceRow, int count, int width, int rows, int padded, float* destination)
    {
        for (var row = 0; row < rows; row++)
        {
            var to = new Span<float>(destination + (row * padded), padded);
            if (row < count)
            {
                new ReadOnlySpan<float>(source + (row * sourceRow), width).CopyTo(to);
                to[width..].Clear();
            }
            else
            {
                to.Clear();
            }
        }
    }

    private static void AddBias(ref readonly AttentionJob job, int batch, int head, int query, int count, int key, int keys, int lanes, float* scores)
    {
        var scale = job.SoftCap > 0f ? 1f : job.Scale;
        var bias = job.Bias + (batch * job.BiasBatch) + (head * job.BiasHead);
        for (var j = 0; j < keys; j++)
        {
            for (var lane = 0; lane < lanes; lane++)
            {
                var at = ((query + Math.Min(lane, count - 1)) * job.BiasQuery) + ((key + j) * job.BiasKey);
                scores[(j * lanes) + lane] = (scores[(j * lanes) + lane] * scale) + bias[at];
            }
        }
    }
}

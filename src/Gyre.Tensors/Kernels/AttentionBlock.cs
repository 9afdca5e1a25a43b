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
    /// where a query does not see a key. <paramref name="queries"/> is what <see cref="LoadQueries"/> wrote.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Score<TLanes, TV>(
        ref readonly AttentionJob job, int batch, int head, int query, int count, int key, int keys, float* keyRows, nint keyRow, float* queries, float* destination)
        where TLanes : struct, ILanes<TV>
        where TV : struct
    {
        var w = TLanes.Count;
        var lanes = 2 * w;
        AttentionTiles.Multiply<TLanes, TV>(keys, job.Width, keyRows, keyRow, 1, queries, lanes, destination, lanes, add: false);
        if (job.SoftCap > 0f)
        {
            var inner = TLanes.Broadcast(1f / job.SoftCap);
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
        var isBase2 = IsBase2(in job);
        if (isBase2 && !masks)
        {
            return;
        }

        var toBase2 = TLanes.Broadcast(isBase2 ? 1f : Log2OfE);
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

    /// <summary>Writes queries [count][D] as columns [D][lanes] times the scale, in base 2 where nothing comes between.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void LoadQueries<TLanes, TV>(ref readonly AttentionJob job, float* source, int count, float* destination)
        where TLanes : struct, ILanes<TV>
        where TV : struct
    {
        var lanes = 2 * TLanes.Count;
        GemmPacking.Pack(source, job.Q.Token, 1, count, job.Width, lanes, destination);
        var scale = TLanes.Broadcast(IsBase2(in job) ? job.Scale * Log2OfE : job.Scale);
        for (var i = 0; i < job.Width * lanes; i += TLanes.Count)
        {
            TLanes.Store(TLanes.Multiply(TLanes.Load(destination + i), scale), destination + i);
        }
    }

    /// <summary>Writes columns [width][lanes] as rows (+)= factor[lane] · column; <paramref name="panel"/> is scratch of lanes × lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void StoreRows<TLanes, TV>(float* source, int count, int width, float* factors, bool accumulate, float* panel, float* destination, nint destinationRow)
        where TLanes : struct, ILanes<TV>
        where TV : struct
    {
        var w = TLanes.Count;
        var lanes = 2 * w;
        for (var first = 0; first < width; first += lanes)
        {
            var columns = Math.Min(lanes, width - first);
            GemmPacking.Pack(source + (first * lanes), lanes, 1, columns, lanes, lanes, panel);
            for (var lane = 0; lane < count; lane++)
            {
                var from = panel + (lane * lanes);
                var to = destination + (lane * destinationRow) + first;
                var factor = TLanes.Broadcast(factors[lane]);
                var i = 0;
                for (; i + w <= columns; i += w)
                {
                    var value = TLanes.Multiply(TLanes.Load(from + i), factor);
                    TLanes.Store(accumulate ? TLanes.Add(TLanes.Load(to + i), value) : value, to + i);
                }

                for (; i < columns; i++)
                {
                    to[i] = (from[i] * factors[lane]) + (accumulate ? to[i] : 0f);
                }
            }
        }
    }

    /// <summary>The rows themselves when they lie close together, else a dense copy: far rows share few lines of the first cache.</summary>
    public static float* Dense(float* source, ref nint row, int count, int width, float* destination)
    {
        if (row <= 2 * width)
        {
            return source;
        }

        for (var i = 0; i < count; i++)
        {
            new ReadOnlySpan<float>(source + (i * row), width).CopyTo(new Span<float>(destination + (i * (nint)width), width));
        }

        row = width;
        return destination;
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

    /// <summary>Whether the scaled products are the scores, so that the change of base can go into the scale.</summary>
    private static bool IsBase2(ref readonly AttentionJob job) => job.Bias == null && job.SoftCap <= 0f;

    private static void AddBias(ref readonly AttentionJob job, int batch, int head, int query, int count, int key, int keys, int lanes, float* scores)
    {
        var bias = job.Bias + (batch * job.BiasBatch) + (head * job.BiasHead);
        for (var j = 0; j < keys; j++)
        {
            for (var lane = 0; lane < lanes; lane++)
            {
                var at = ((query + Math.Min(lane, count - 1)) * job.BiasQuery) + ((key + j) * job.BiasKey);
                scores[(j * lanes) + lane] += bias[at];
            }
        }
    }
}

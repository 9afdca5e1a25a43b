using System.Runtime.CompilerServices;
using Gyre.Tensors.Kernels.Lanes;

namespace Gyre.Tensors.Kernels;

/// <summary>
/// Fused attention, backward: the weights are computed again from the saved logarithms of the sums. One member computes
/// all queries of one key–value head, in order, so the bits do not depend on the team.
/// </summary>
/// <remarks>Source: T. Dao et al., "FlashAttention", 2022, algorithm 4.</remarks>
internal readonly unsafe struct AttentionBackward : ITeamKernel
{
    /// <summary>Floats of scratch a member needs.</summary>
    public static nint ScratchLength(ref readonly AttentionJob job, int lanes)
    {
        var (width, valueWidth) = (Padded(job.Width, lanes), Padded(job.ValueWidth, lanes));
        nint blocks = lanes * ((2 * job.Width) + job.ValueWidth + width + valueWidth + (2 * Math.Max(AttentionJob.KeyBlock, lanes)) + 5);
        return blocks + ((nint)job.Keys * (width + valueWidth + job.Width + job.ValueWidth));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TV>(int member, int size, void* state)
        where TLanes : struct, ILanes<TV>
        where TV : struct
    {
        ref readonly var job = ref *(AttentionJob*)state;
        var units = job.Batch * job.KeyValueHeads;
        for (var unit = member; unit < units; unit += size)
        {
            ComputeHead<TLanes, TV>(in job, unit / job.KeyValueHeads, unit % job.KeyValueHeads, job.Scratch + (member * job.ScratchPerMember));
        }
    }

    private static int Padded(int width, int lanes) => (width + lanes - 1) / lanes * lanes;

    private static void ComputeHead<TLanes, TV>(ref readonly AttentionJob job, int batch, int keyValueHead, float* scratch)
        where TLanes : struct, ILanes<TV>
        where TV : struct
    {
        var lanes = 2 * TLanes.Count;
        var (width, valueWidth) = (Padded(job.Width, lanes), Padded(job.ValueWidth, lanes));
        var buffers = new Buffers
        {
            KeyGradient = scratch,
            ValueGradient = scratch + ((nint)job.Keys * width),
            WidthPadded = width,
            ValueWidthPadded = valueWidth,
        };
        var keyRows = buffers.ValueGradient + ((nint)job.Keys * valueWidth);
        var valueRows = keyRows + ((nint)job.Keys * job.Width);
        buffers.Carve(in job, lanes, valueRows + ((nint)job.Keys * job.ValueWidth));
        (buffers.KeyRow, buffers.ValueRow) = (job.K.Token, job.V.Token);
        buffers.Keys = AttentionBlock.Dense(job.K.At(batch, 0, keyValueHead), ref buffers.KeyRow, job.Keys, job.Width, keyRows);
        buffers.Values = AttentionBlock.Dense(job.V.At(batch, 0, keyValueHead), ref buffers.ValueRow, job.Keys, job.ValueWidth, valueRows);
        for (var row = 0; row < job.Keys; row++)
        {
            new Span<float>(buffers.KeyGradient + ((nint)row * width), width).Clear();
            new Span<float>(buffers.ValueGradient + ((nint)row * valueWidth), valueWidth).Clear();
        }

        var group = job.Heads / job.KeyValueHeads;
        for (var head = keyValueHead * group; head < (keyValueHead + 1) * group; head++)
        {
            for (var query = 0; query < job.Queries; query += lanes)
            {
                ComputeBlock<TLanes, TV>(in job, in buffers, batch, head, query);
            }
        }

        WriteRows<TLanes, TV>(in job.KGradient, job.AccumulateK, batch, keyValueHead, job.Keys, job.Width, buffers.KeyGradient, width, job.Scale);
        WriteRows<TLanes, TV>(in job.VGradient, job.AccumulateV, batch, keyValueHead, job.Keys, job.ValueWidth, buffers.ValueGradient, valueWidth, 1f);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ComputeBlock<TLanes, TV>(ref readonly AttentionJob job, ref readonly Buffers buffers, int batch, int head, int query)
        where TLanes : struct, ILanes<TV>
        where TV : struct
    {
        var w = TLanes.Count;
        var lanes = 2 * w;
        var count = Math.Min(lanes, job.Queries - query);
        var q = job.Q.At(batch, query, head);
        var outGradient = job.OutGradient.At(batch, query, head);
        AttentionBlock.LoadQueries<TLanes, TV>(in job, q, count, buffers.Queries);
        GemmPacking.Pack(outGradient, job.OutGradient.Token, 1, count, job.ValueWidth, lanes, buffers.OutGradients);
        AttentionBlock.CopyRows(q, job.Q.Token, count, job.Width, lanes, buffers.WidthPadded, buffers.QueryRows);
        AttentionBlock.CopyRows(outGradient, job.OutGradient.Token, count, job.ValueWidth, lanes, buffers.ValueWidthPadded, buffers.OutGradientRows);
        new Span<float>(buffers.QueryGradients, job.Width * lanes).Clear();
        var block = default(AttentionBlock);
        block.Open(in job, batch, query, count, lanes, buffers.Lines);
        LoadRowTerms<TLanes, TV>(in job, batch, head, query, count, lanes, buffers.Lines + (2 * lanes));
        var (log0, log1) = (TLanes.Load(buffers.Lines + (2 * lanes)), TLanes.Load(buffers.Lines + (2 * lanes) + w));
        var (dot0, dot1) = (TLanes.Load(buffers.Lines + (3 * lanes)), TLanes.Load(buffers.Lines + (3 * lanes) + w));
        for (var key = block.KeyBegin; key < block.KeyEnd; key += AttentionJob.KeyBlock)
        {
            var keys = Math.Min(AttentionJob.KeyBlock, block.KeyEnd - key);
            var k = buffers.Keys + (key * buffers.KeyRow);
            var v = buffers.Values + (key * buffers.ValueRow);
            block.Score<TLanes, TV>(in job, batch, head, query, count, key, keys, k, buffers.KeyRow, buffers.Queries, buffers.Weights);
            AttentionTiles.Multiply<TLanes, TV>(keys, job.ValueWidth, v, buffers.ValueRow, 1, buffers.OutGradients, lanes, buffers.Scores, lanes, add: false);
            Weigh<TLanes, TV>(in job, keys, log0, log1, dot0, dot1, buffers.Weights, buffers.Scores);
            for (var d = 0; d < buffers.ValueWidthPadded; d += lanes)
            {
                AttentionTiles.Multiply<TLanes, TV>(
                    keys, count, buffers.Weights, lanes, 1, buffers.OutGradientRows + d, buffers.ValueWidthPadded, buffers.ValueGradient + ((nint)key * buffers.ValueWidthPadded) + d, buffers.ValueWidthPadded, add: true);
            }

            for (var d = 0; d < buffers.WidthPadded; d += lanes)
            {
                AttentionTiles.Multiply<TLanes, TV>(
                    keys, count, buffers.Scores, lanes, 1, buffers.QueryRows + d, buffers.WidthPadded, buffers.KeyGradient + ((nint)key * buffers.WidthPadded) + d, buffers.WidthPadded, add: true);
            }

            AttentionTiles.Multiply<TLanes, TV>(job.Width, keys, k, 1, buffers.KeyRow, buffers.Scores, lanes, buffers.QueryGradients, lanes, add: true);
        }

        if (job.QGradient.Data != null)
        {
            new Span<float>(buffers.Lines, lanes).Fill(job.Scale);
            AttentionBlock.StoreRows<TLanes, TV>(
                buffers.QueryGradients, count, job.Width, buffers.Lines, job.AccumulateQ, buffers.Scores, job.QGradient.At(batch, query, head), job.QGradient.Token);
        }
    }

    /// <summary>In place: base-2 scores become weights, gradients of weights become gradients of scores.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Weigh<TLanes, TV>(ref readonly AttentionJob job, int keys, TV log0, TV log1, TV dot0, TV dot1, float* weights, float* gradients)
        where TLanes : struct, ILanes<TV>
        where TV : struct
    {
        var w = TLanes.Count;
        var lanes = 2 * w;
        var capped = job.SoftCap > 0f;
        var perCap = TLanes.Broadcast(capped ? MathF.Log(2f) / job.SoftCap : 0f);
        var one = TLanes.Broadcast(1f);
        for (var j = 0; j < keys; j++)
        {
            var p = weights + (j * lanes);
            var g = gradients + (j * lanes);
            var (s0, s1) = (TLanes.Load(p), TLanes.Load(p + w));
            var p0 = Functions.Exp2<TLanes, TV>(TLanes.Subtract(s0, log0));
            var p1 = Functions.Exp2<TLanes, TV>(TLanes.Subtract(s1, log1));
            var g0 = TLanes.Multiply(p0, TLanes.Subtract(TLanes.Load(g), dot0));
            var g1 = TLanes.Multiply(p1, TLanes.Subtract(TLanes.Load(g + w), dot1));
            if (capped)
            {
                // d tanh = 1 − tanh², and the capped score itself says what tanh was; hidden keys have weight 0 anyway.
                var t0 = TLanes.Multiply(TLanes.Max(TLanes.Broadcast(-1e30f), s0), perCap);
                var t1 = TLanes.Multiply(TLanes.Max(TLanes.Broadcast(-1e30f), s1), perCap);
                var zero = TLanes.Broadcast(0f);
                g0 = TLanes.Select(TLanes.LessThan(zero, p0), TLanes.Multiply(g0, TLanes.Subtract(one, TLanes.Multiply(t0, t0))), zero);
                g1 = TLanes.Select(TLanes.LessThan(zero, p1), TLanes.Multiply(g1, TLanes.Subtract(one, TLanes.Multiply(t1, t1))), zero);
            }

            TLanes.Store(p0, p);
            TLanes.Store(p1, p + w);
            TLanes.Store(g0, g);
            TLanes.Store(g1, g + w);
        }
    }

    /// <summary>The saved logarithms, and each row's output · gradient, lane by lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void LoadRowTerms<TLanes, TV>(ref readonly AttentionJob job, int batch, int head, int query, int count, int lanes, float* lines)
        where TLanes : struct, ILanes<TV>
        where TV : struct
    {
        for (var lane = 0; lane < lanes; lane++)
        {
            var position = query + Math.Min(lane, count - 1);
            var output = job.Out.At(batch, position, head);
            var gradient = job.OutGradient.At(batch, position, head);
            var sums = TLanes.Broadcast(0f);
            var d = 0;
            for (; d + TLanes.Count <= job.ValueWidth; d += TLanes.Count)
            {
                sums = TLanes.MultiplyAdd(TLanes.Load(output + d), TLanes.Load(gradient + d), sums);
            }

            var dot = TLanes.Sum(sums);
            for (; d < job.ValueWidth; d++)
            {
                dot += output[d] * gradient[d];
            }

            lines[lane] = job.LogSum[(((batch * (long)job.Heads) + head) * job.Queries) + position];
            lines[lanes + lane] = dot;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void WriteRows<TLanes, TV>(ref readonly HeadArray to, bool accumulate, int batch, int head, int rows, int width, float* from, int fromRow, float scale)
        where TLanes : struct, ILanes<TV>
        where TV : struct
    {
        if (to.Data == null)
        {
            return;
        }

        var scales = TLanes.Broadcast(scale);
        for (var t = 0; t < rows; t++)
        {
            var row = to.At(batch, t, head);
            var source = from + ((nint)t * fromRow);
            var d = 0;
            for (; d + TLanes.Count <= width; d += TLanes.Count)
            {
                var value = TLanes.Multiply(TLanes.Load(source + d), scales);
                TLanes.Store(accumulate ? TLanes.Add(TLanes.Load(row + d), value) : value, row + d);
            }

            for (; d < width; d++)
            {
                row[d] = (source[d] * scale) + (accumulate ? row[d] : 0f);
            }
        }
    }

    /// <summary>One member's scratch.</summary>
    private struct Buffers
    {
        public float* Keys;
        public float* Values;
        public nint KeyRow;
        public nint ValueRow;
        public float* KeyGradient;
        public float* ValueGradient;
        public float* Queries;
        public float* OutGradients;
        public float* QueryRows;
        public float* OutGradientRows;
        public float* QueryGradients;
        public float* Weights;
        public float* Scores;
        public float* Lines;
        public int WidthPadded;
        public int ValueWidthPadded;

        public void Carve(ref readonly AttentionJob job, int lanes, float* free)
        {
            Queries = free;
            QueryGradients = Queries + (job.Width * lanes);
            OutGradients = QueryGradients + (job.Width * lanes);
            QueryRows = OutGradients + (job.ValueWidth * lanes);
            OutGradientRows = QueryRows + (WidthPadded * lanes);
            Weights = OutGradientRows + (ValueWidthPadded * lanes);
            Scores = Weights + (Math.Max(AttentionJob.KeyBlock, lanes) * lanes);
            Lines = Scores + (Math.Max(AttentionJob.KeyBlock, lanes) * lanes);
        }
    }
}

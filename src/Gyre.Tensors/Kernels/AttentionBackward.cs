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
        nint blocks = lanes * ((2 * job.Width) + job.ValueWidth + width + valueWidth + (2 * AttentionJob.KeyBlock) + 5);
        return blocks + ((nint)job.Keys * (width + valueWidth));
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
        buffers.Carve(in job, lanes, buffers.ValueGradient + ((nint)job.Keys * valueWidth));
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
                ComputeBlock<TLanes, TV>(in job, in buffers, batch, head, keyValueHead, query);
            }
        }

        WriteRows(in job.KGradient, job.AccumulateK, batch, keyValueHead, job.Keys, job.Width, buffers.KeyGradient, width, job.Scale);
        WriteRows(in job.VGradient, job.AccumulateV, batch, keyValueHead, job.Keys, job.ValueWidth, buffers.ValueGradient, valueWidth, 1f);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ComputeBlock<TLanes, TV>(ref readonly AttentionJob job, ref readonly Buffers buffers, int batch, int head, int keyValueHead, int query)
        where TLanes : struct, ILanes<TV>
        where TV : struct
    {
        var w = TLanes.Count;
        var lanes = 2 * w;
        var count = Math.Min(lanes, job.Queries - query);
        var q = job.Q.At(batch, query, head);
        var outGradient = job.OutGradient.At(batch, query, head);
        AttentionBlock.Transpose(q, job.Q.Token, count, job.Width, lanes, buffers.Queries);
        AttentionBlock.Transpose(outGradient, job.OutGradient.Token, count, job.ValueWidth, lanes, buffers.OutGradients);
        AttentionBlock.CopyRows(q, job.Q.Token, count, job.Width, lanes, buffers.WidthPadded, buffers.QueryRows);
        AttentionBlock.CopyRows(outGradient, job.OutGradient.Token, count, job.ValueWidth, lanes, buffers.ValueWidthPadded, buffers.OutGradientRows);
        new Span<float>(buffers.QueryGradients, job.Width * lanes).Clear();
        var block = default(AttentionBlock);
        block.Open(in job, batch, query, count, lanes, buffers.Lines);
        LoadRowTerms(in job, batch, head, query, count, lanes, buffers.Lines + (2 * lanes));
        var (log0, log1) = (TLanes.Load(buffers.Lines + (2 * lanes)), TLanes.Load(buffers.Lines + (2 * lanes) + w));
        var (dot0, dot1) = (TLanes.Load(buffers.Lines + (3 * lanes)), TLanes.Load(buffers.Lines + (3 * lanes) + w));
        for (var key = block.KeyBegin; key < block.KeyEnd; key += AttentionJob.KeyBlock)
        {
            var keys = Math.Min(AttentionJob.KeyBlock, block.KeyEnd - key);
            var k = job.K.At(batch, key, keyValueHead);
            var v = job.V.At(batch, key, keyValueHead);
            block.Score<TLanes, TV>(in job, batch, head, query, count, key, keys, buffers.Queries, buffers.Weights);
            AttentionTiles.Multiply<TLanes, TV>(keys, job.ValueWidth, v, job.V.Token, 1, buffers.OutGradients, lanes, buffers.Scores, lanes, add: false);
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

            AttentionTiles.Multiply<TLanes, TV>(job.Width, keys, k, 1, job.K.Token, buffers.Scores, lanes, buffers.QueryGradients, lanes, add: true);
        }

        WriteQueryGradient(in job, batch, head, query, count, lanes, buffers.QueryGradients);
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
    private static void LoadRowTerms(ref readonly AttentionJob job, int batch, int head, int query, int count, int lanes, float* lines)
    {
        for (var lane = 0; lane < lanes; lane++)
        {
            var position = query + Math.Min(lane, count - 1);
            var output = job.Out.At(batch, position, head);
            var gradient = job.OutGradient.At(batch, position, head);
            var dot = 0f;
            for (var d = 0; d < job.ValueWidth; d++)
            {
                dot += output[d] * gradient[d];
            }

            lines[lane] = job.LogSum[(((batch * (long)job.Heads) + head) * job.Queries) + position];
            lines[lanes + lane] = dot;
        }
    }

    private static void WriteQueryGradient(ref readonly AttentionJob job, int batch, int head, int query, int count, int lanes, float* gradients)
    {
        if (job.QGradient.Data == null)
        {
            return;
        }

        for (var lane = 0; lane < count; lane++)
        {
            var row = job.QGradient.At(batch, query + lane, head);
            for (var d = 0; d < job.Width; d++)
            {
                var value = gradients[(d * lanes) + lane] * job.Scale;
                row[d] = job.AccumulateQ ? row[d] + value : value;
            }
        }
    }

    private static void WriteRows(ref readonly HeadArray to, bool accumulate, int batch, int head, int rows, int width, float* from, int fromRow, float scale)
    {
        if (to.Data == null)
        {
            return;
        }

        for (var t = 0; t < rows; t++)
        {
            var row = to.At(batch, t, head);
            var source = from + ((nint)t * fromRow);
            for (var d = 0; d < width; d++)
            {
                var value = source[d] * scale;
                row[d] = accumulate ? row[d] + value : value;
            }
        }
    }

    /// <summary>One member's scratch.</summary>
    private struct Buffers
    {
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
            Scores = Weights + (AttentionJob.KeyBlock * lanes);
            Lines = Scores + (AttentionJob.KeyBlock * lanes);
        }
    }
}

using System.Runtime.CompilerServices;
using Gyre.Tensors.Kernels.Lanes;

namespace Gyre.Tensors.Kernels;

/// <summary>
/// Fused attention, forward: a block of queries in the lanes meets the keys block by block; the score matrix never
/// exists. One member computes a block whole, so the bits do not depend on the team.
/// </summary>
/// <remarks>
/// A query that sees no key gives zeros.
/// <para>Source: T. Dao et al., "FlashAttention", 2022 (running maximum and sum); the layout with queries in lanes is our own measurement's.</para>
/// </remarks>
internal readonly unsafe struct AttentionForward : ITeamKernel
{
    /// <summary>Below every score, yet finite, so that differences of it are numbers.</summary>
    private const float Lowest = -1e30f;

    /// <summary>Floats of scratch a member needs.</summary>
    public static nint ScratchLength(ref readonly AttentionJob job, int lanes) =>
        lanes * (job.Width + job.ValueWidth + Math.Max(AttentionJob.KeyBlock, lanes) + 5);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TV>(int member, int size, void* state)
        where TLanes : struct, ILanes<TV>
        where TV : struct
    {
        ref readonly var job = ref *(AttentionJob*)state;
        var lanes = 2 * TLanes.Count;
        var blocks = (job.Queries + lanes - 1) / lanes;
        var units = (long)job.Batch * job.Heads * blocks;
        for (long unit = member; unit < units; unit += size)
        {
            var block = (int)(unit % blocks);
            var head = (int)(unit / blocks % job.Heads);
            var batch = (int)(unit / blocks / job.Heads);
            ComputeBlock<TLanes, TV>(in job, batch, head, block * lanes, job.Scratch + (member * job.ScratchPerMember));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ComputeBlock<TLanes, TV>(ref readonly AttentionJob job, int batch, int head, int query, float* scratch)
        where TLanes : struct, ILanes<TV>
        where TV : struct
    {
        var w = TLanes.Count;
        var lanes = 2 * w;
        var count = Math.Min(lanes, job.Queries - query);
        var queries = scratch;
        var output = queries + (job.Width * lanes);
        var scores = output + (job.ValueWidth * lanes);
        var lines = scores + (Math.Max(AttentionJob.KeyBlock, lanes) * lanes);
        AttentionBlock.LoadQueries<TLanes, TV>(in job, job.Q.At(batch, query, head), count, queries);
        new Span<float>(output, job.ValueWidth * lanes).Clear();
        var block = default(AttentionBlock);
        block.Open(in job, batch, query, count, lanes, lines);
        var (max0, max1) = (TLanes.Broadcast(Lowest), TLanes.Broadcast(Lowest));
        var (sum0, sum1) = (TLanes.Broadcast(0f), TLanes.Broadcast(0f));
        var keyValueHead = head / (job.Heads / job.KeyValueHeads);
        for (var key = block.KeyBegin; key < block.KeyEnd; key += AttentionJob.KeyBlock)
        {
            var keys = Math.Min(AttentionJob.KeyBlock, block.KeyEnd - key);
            var k = job.K.At(batch, key, keyValueHead);
            var v = job.V.At(batch, key, keyValueHead);
            block.Score<TLanes, TV>(in job, batch, head, query, count, key, keys, k, job.K.Token, queries, scores);
            var (new0, new1) = Maxima<TLanes, TV>(scores, keys, max0, max1);

            var shrink0 = Functions.Exp2<TLanes, TV>(TLanes.Subtract(max0, new0));
            var shrink1 = Functions.Exp2<TLanes, TV>(TLanes.Subtract(max1, new1));
            (max0, max1) = (new0, new1);
            sum0 = TLanes.Multiply(sum0, shrink0);
            sum1 = TLanes.Multiply(sum1, shrink1);
            for (var j = 0; j < keys; j++)
            {
                var row = scores + (j * lanes);
                var p0 = Functions.Exp2<TLanes, TV>(TLanes.Subtract(TLanes.Load(row), max0));
                var p1 = Functions.Exp2<TLanes, TV>(TLanes.Subtract(TLanes.Load(row + w), max1));
                sum0 = TLanes.Add(sum0, p0);
                sum1 = TLanes.Add(sum1, p1);
                TLanes.Store(p0, row);
                TLanes.Store(p1, row + w);
            }

            if (key > block.KeyBegin)
            {
                for (var d = 0; d < job.ValueWidth; d++)
                {
                    var row = output + (d * lanes);
                    TLanes.Store(TLanes.Multiply(TLanes.Load(row), shrink0), row);
                    TLanes.Store(TLanes.Multiply(TLanes.Load(row + w), shrink1), row + w);
                }
            }

            AttentionTiles.Multiply<TLanes, TV>(job.ValueWidth, keys, v, 1, job.V.Token, scores, lanes, output, lanes, add: true);
        }

        Close<TLanes, TV>(in job, batch, head, query, count, max0, max1, sum0, sum1, output, scores, lines);
    }

    /// <summary>The largest score of each lane, in four chains because a maximum takes longer than a load.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static (TV Max0, TV Max1) Maxima<TLanes, TV>(float* scores, int keys, TV max0, TV max1)
        where TLanes : struct, ILanes<TV>
        where TV : struct
    {
        var w = TLanes.Count;
        var (other0, other1) = (max0, max1);
        var j = 0;
        for (; j + 2 <= keys; j += 2)
        {
            var row = scores + (j * 2 * w);
            max0 = TLanes.Max(max0, TLanes.Load(row));
            max1 = TLanes.Max(max1, TLanes.Load(row + w));
            other0 = TLanes.Max(other0, TLanes.Load(row + (2 * w)));
            other1 = TLanes.Max(other1, TLanes.Load(row + (3 * w)));
        }

        if (j < keys)
        {
            max0 = TLanes.Max(max0, TLanes.Load(scores + (j * 2 * w)));
            max1 = TLanes.Max(max1, TLanes.Load(scores + (j * 2 * w) + w));
        }

        return (TLanes.Max(max0, other0), TLanes.Max(max1, other1));
    }

    /// <summary>Divides by the sums, writes the rows and the logarithms of the sums.</summary>
    private static void Close<TLanes, TV>(
        ref readonly AttentionJob job, int batch, int head, int query, int count, TV max0, TV max1, TV sum0, TV sum1, float* output, float* panel, float* lines)
        where TLanes : struct, ILanes<TV>
        where TV : struct
    {
        var lanes = 2 * TLanes.Count;
        TLanes.Store(max0, lines);
        TLanes.Store(max1, lines + TLanes.Count);
        TLanes.Store(sum0, lines + lanes);
        TLanes.Store(sum1, lines + lanes + TLanes.Count);
        for (var lane = 0; lane < count; lane++)
        {
            var (max, sum) = (lines[lane], lines[lanes + lane]);
            lines[lane] = sum == 0f ? 0f : 1f / sum;
            if (job.LogSum != null)
            {
                // Without any key the weights must come out as 0 again: 2^(−∞ − 1e30).
                job.LogSum[(((batch * (long)job.Heads) + head) * job.Queries) + query + lane] = sum == 0f ? -Lowest : max + MathF.Log2(sum);
            }
        }

        AttentionBlock.StoreRows<TLanes, TV>(output, count, job.ValueWidth, lines, accumulate: false, panel, job.Out.At(batch, query, head), job.Out.Token);
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Gyre.Tensors.Kernels.Lanes;
using Gyre.Tensors.Quantization;

namespace Gyre.Tensors.Kernels;

/// <summary>Attention of new tokens over the pages of keys and values of their sequence.</summary>
/// <remarks>
/// The keys of a block lie in the lanes; several queries meet them together. A query's result has the same bits
/// whatever other queries are computed with it and however its tokens came in: its arithmetic depends on its own
/// position only (blocks begin at multiples of 64 positions; sums run over a block's keys in a fixed tree).
/// <para><b>Source</b>: T. Dao et al., "FlashAttention", 2022 (running maximum and sum); W. Kwon et al., "Efficient
/// Memory Management for LLM Serving with PagedAttention", 2023 (pages).</para>
/// </remarks>
[HotPath]
public static unsafe class PagedAttention
{
    /// <summary>The most queries of one call of <see cref="Run"/>.</summary>
    public const int MostQueries = 24;

    private const int Keys = KeyValueBlock.Tokens;
    private const float Log2E = 1.44269504f;
    private const int PrefetchFloats = 16;

    /// <summary>Below every score, yet finite, so that differences of it are numbers.</summary>
    private const float Lowest = -1e30f;

    /// <summary>Floats of scratch that a caller of <see cref="Run"/> needs for heads of a width.</summary>
    public static nint ScratchLength(in KeyValueBlock layout)
    {
        nint width = layout.PaddedWidth;
        return (MostQueries * ((2 * width) + 4)) + (PagedScores.Most * Keys) + (layout.Format == KeyValueFormat.F32 ? 0 : Keys * (width + layout.Width));
    }

    /// <summary>Computes the results of some neighbouring queries.</summary>
    /// <param name="call">Operands.</param>
    /// <param name="firstQuery">The first query.</param>
    /// <param name="count">How many, at most <see cref="MostQueries"/>.</param>
    /// <param name="scratch"><see cref="ScratchLength"/> floats, aligned to 64 bytes.</param>
    public static void Run(in PagedAttentionCall call, int firstQuery, int count, float* scratch)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            Run<Lanes512, Vector512<float>>(in call, firstQuery, count, scratch);
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            Run<Lanes256, Vector256<float>>(in call, firstQuery, count, scratch);
        }
        else if (Vector128.IsHardwareAccelerated)
        {
            Run<Lanes128, Vector128<float>>(in call, firstQuery, count, scratch);
        }
        else
        {
            Run<Lanes1, float>(in call, firstQuery, count, scratch);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run<TLanes, TV>(in PagedAttentionCall call, int firstQuery, int count, float* scratch)
        where TLanes : struct, ILanes<TV>
        where TV : struct
    {
        var layout = call.Layout;
        nint width = layout.PaddedWidth;
        var queries = scratch;
        var outputs = queries + (MostQueries * width);
        var scores = outputs + (MostQueries * width);
        var maxima = scores + (PagedScores.Most * Keys);
        var sums = maxima + MostQueries;
        var starts = (int*)(sums + MostQueries);
        var ends = starts + MostQueries;
        var room = (float*)(ends + MostQueries);
        var (begin, end) = Open(in call, firstQuery, count, queries, outputs, maxima, sums, starts, ends);
        var low = 0;
        for (var first = begin / Keys * Keys; first < end; first += Keys)
        {
            // Rows and with them the keys that they see only move forward.
            while (low < count && ends[low] <= first)
            {
                low++;
            }

            var high = low;
            while (high < count && starts[high] < first + Keys)
            {
                high++;
            }

            var block = (byte*)call.Pages[first / Keys] + call.PlaceBytes;
            var present = Math.Min(Keys, end - first);
            Fetch(in layout, block, present);
            var keys = KeyValueExpansion.Keys(in layout, block, room);
            float* values = null;
            for (var q = low; q < high;)
            {
                var rows = MostAtOnce<TLanes, TV>(high - q);
                PagedScores.Compute<TLanes, TV>(rows, queries + (q * width), width, keys, layout.Width, scores);
                for (var row = 0; row < rows; row++)
                {
                    var at = q + row;
                    Weigh<TLanes, TV>(in call, firstQuery + at, first, starts[at], ends[at], scores + (row * Keys), maxima + at, sums + at, outputs + (at * width), width);
                }

                if (values == null)
                {
                    values = KeyValueExpansion.Values(in layout, block, present, room + (layout.Width * Keys));
                }

                PagedValues.Add<TLanes, TV>(rows, scores, values, Math.Min(present, ends[q + rows - 1] - first), width, outputs + (q * width));
                q += rows;
            }
        }

        for (var q = 0; q < count; q++)
        {
            var (row, head) = Math.DivRem(firstQuery + q, call.SharedHeads);
            var to = call.Output + (row * call.OutputStride) + (head * layout.Width);
            var factor = sums[q] == 0f ? 0f : 1f / sums[q];
            var from = outputs + (q * width);
            for (var d = 0; d < layout.Width; d++)
            {
                to[d] = from[d] * factor;
            }
        }
    }

    /// <summary>Loads the scaled queries and the keys that each sees; returns the keys that any sees.</summary>
    private static (int Begin, int End) Open(
        in PagedAttentionCall call, int firstQuery, int count, float* queries, float* outputs, float* maxima, float* sums, int* starts, int* ends)
    {
        var layout = call.Layout;
        var (begin, end) = (int.MaxValue, 0);
        var scale = IsBase2(in call) ? call.Scale * Log2E : call.Scale;
        for (var q = 0; q < count; q++)
        {
            var (row, head) = Math.DivRem(firstQuery + q, call.SharedHeads);
            var from = call.Query + (row * call.QueryStride) + (head * layout.Width);
            var to = queries + (q * layout.PaddedWidth);
            for (var d = 0; d < layout.Width; d++)
            {
                to[d] = from[d] * scale;
            }

            maxima[q] = Lowest;
            sums[q] = 0f;
            var position = call.Position + row;
            ends[q] = call.IsCausal ? Math.Min(call.Keys, position + 1) : call.Keys;
            starts[q] = call.Window > 0 ? Math.Clamp(position + 1 - call.Window, 0, ends[q]) : 0;
            (begin, end) = (Math.Min(begin, starts[q]), Math.Max(end, ends[q]));
        }

        new Span<float>(outputs, count * layout.PaddedWidth).Clear();
        return (begin, end);
    }

    /// <summary>Turns a block's scores of one query into weights; its maximum, sum and result so far follow.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Weigh<TLanes, TV>(
        in PagedAttentionCall call, int query, int firstKey, int start, int end, float* scores, float* maximum, float* sum, float* output, nint width)
        where TLanes : struct, ILanes<TV>
        where TV : struct
    {
        var w = TLanes.Count;
        var work = stackalloc float[Keys / 2];
        if (!IsBase2(in call))
        {
            Bias<TLanes, TV>(in call, query, firstKey, scores);
        }

        if (start > firstKey || end < firstKey + Keys)
        {
            new Span<float>(scores, Math.Clamp(start - firstKey, 0, Keys)).Fill(float.NegativeInfinity);
            var behind = Math.Clamp(end - firstKey, 0, Keys);
            new Span<float>(scores + behind, Keys - behind).Fill(float.NegativeInfinity);
        }

        var largest = TLanes.Load(scores);
        for (var i = w; i < Keys; i += w)
        {
            largest = TLanes.Max(largest, TLanes.Load(scores + i));
        }

        var top = Math.Max(*maximum, TLanes.MaxOf(largest));
        var shift = TLanes.Broadcast(top);
        for (var i = 0; i < Keys; i += w)
        {
            TLanes.Store(Functions.Exp2<TLanes, TV>(TLanes.Subtract(TLanes.Load(scores + i), shift)), scores + i);
        }

        if (top > *maximum)
        {
            // Through the lanes, so that it is the same function.
            var shrink = Functions.Exp2<TLanes, TV>(TLanes.Subtract(TLanes.Broadcast(*maximum), shift));
            TLanes.Store(shrink, work);
            *sum *= work[0];
            for (nint d = 0; d < width; d += w)
            {
                TLanes.Store(TLanes.Multiply(TLanes.Load(output + d), shrink), output + d);
            }

            *maximum = top;
        }

        *sum += Total<TLanes, TV>(scores, work);
    }

    /// <summary>Six queries need 29 registers.</summary>
    private static int MostAtOnce<TLanes, TV>(int left)
        where TLanes : struct, ILanes<TV>
        where TV : struct =>
        left >= PagedScores.Most && TLanes.Count == 16 ? PagedScores.Most : left >= PagedScores.Some ? PagedScores.Some : 1;

    /// <summary>The sum of 64 numbers in a fixed order: halves are added to halves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Total<TLanes, TV>(float* numbers, float* halves)
        where TLanes : struct, ILanes<TV>
        where TV : struct
    {
        var from = numbers;
        for (var count = Keys / 2; count >= 1; count /= 2)
        {
            if (count >= TLanes.Count)
            {
                for (var i = 0; i < count; i += TLanes.Count)
                {
                    TLanes.Store(TLanes.Add(TLanes.Load(from + i), TLanes.Load(from + count + i)), halves + i);
                }
            }
            else
            {
                for (var i = 0; i < count; i++)
                {
                    halves[i] = from[i] + from[count + i];
                }
            }

            from = halves;
        }

        return halves[0];
    }

    /// <summary>Soft cap and biases; the scores become exponents of 2.</summary>
    private static void Bias<TLanes, TV>(in PagedAttentionCall call, int query, int firstKey, float* scores)
        where TLanes : struct, ILanes<TV>
        where TV : struct
    {
        var (row, head) = Math.DivRem(query, call.SharedHeads);
        var distance = firstKey - (call.Position + row);
        var slope = TLanes.Broadcast(call.Slopes == null ? 0f : call.Slopes[head]);
        for (var i = 0; i < Keys; i += TLanes.Count)
        {
            var score = TLanes.Load(scores + i);
            if (call.SoftCap > 0f)
            {
                var cap = TLanes.Broadcast(call.SoftCap);
                score = TLanes.Multiply(cap, Functions.Tanh<TLanes, TV>(TLanes.Divide(score, cap)));
            }

            if (call.Slopes != null)
            {
                score = TLanes.MultiplyAdd(slope, TLanes.Add(TLanes.Indices, TLanes.Broadcast(distance + i)), score);
            }

            TLanes.Store(score, scores + i);
        }

        if (call.DistanceBias != null)
        {
            var table = call.DistanceBias + (head * ((2 * call.MaxDistance) + 1)) + call.MaxDistance;
            for (var i = 0; i < Keys; i++)
            {
                scores[i] += table[Math.Clamp(distance + i, -call.MaxDistance, call.MaxDistance)];
            }
        }

        for (var i = 0; i < Keys; i += TLanes.Count)
        {
            TLanes.Store(TLanes.Multiply(TLanes.Load(scores + i), TLanes.Broadcast(Log2E)), scores + i);
        }
    }

    /// <summary>Whether the scaled products are the scores, so that the change of base can go into the scale.</summary>
    private static bool IsBase2(in PagedAttentionCall call) => call.SoftCap <= 0f && call.Slopes == null && call.DistanceBias == null;

    /// <summary>Asks for the values of a block, to have them when its scores are computed.</summary>
    private static void Fetch(in KeyValueBlock layout, byte* block, int tokens)
    {
        if (Sse.IsSupported)
        {
            var values = block + layout.KeyBytes;
            var bytes = (nint)tokens * layout.PaddedWidth * layout.ElementBytes;
            for (nint i = 0; i < bytes; i += PrefetchFloats * sizeof(float))
            {
                Sse.Prefetch0(values + i);
            }
        }
    }
}

using System.Runtime.Intrinsics;
using Gyre.Tensors.Kernels.Lanes;

namespace Gyre.Tensors.Kernels;

/// <summary>Causal attention of many queries over cached keys and values, for a body that runs on a team itself.</summary>
/// <remarks>
/// Queries lie in the lanes of the vectors, so it pays from some eight queries on; the score matrix never exists.
/// <para>The results have the same bits for any team.</para>
/// <para><b>Source</b>: T. Dao et al., "FlashAttention", 2022.</para>
/// </remarks>
public static unsafe class FusedAttention
{
    /// <summary>Floats of scratch that each member needs for heads of a width.</summary>
    public static nint ScratchLength(int headWidth)
    {
        var job = new AttentionJob { Width = headWidth, ValueWidth = headWidth };
        return AttentionForward.ScratchLength(in job, 2 * KernelTeam.LaneCount);
    }

    /// <summary>Computes one member's part; the results are complete when every member has returned.</summary>
    /// <param name="call">Operands and sizes.</param>
    /// <param name="scratch">This member's own <see cref="ScratchLength"/> floats.</param>
    /// <param name="member">The member of the team.</param>
    /// <param name="size">The team's size.</param>
    [HotPath]
    public static void RunMember(in FusedAttentionCall call, float* scratch, int member, int size)
    {
        var job = new AttentionJob
        {
            Batch = 1,
            Queries = call.Queries,
            Keys = call.Position + call.Queries,
            Heads = call.Heads,
            KeyValueHeads = call.KeyValueHeads,
            Width = call.HeadWidth,
            ValueWidth = call.HeadWidth,
            Q = new HeadArray { Data = call.Query, Token = (nint)call.Heads * call.HeadWidth, Head = call.HeadWidth },
            K = new HeadArray { Data = call.Key, Token = call.HeadWidth, Head = call.HeadStride },
            V = new HeadArray { Data = call.Value, Token = call.HeadWidth, Head = call.HeadStride },
            Out = new HeadArray { Data = call.Output, Token = (nint)call.Heads * call.HeadWidth, Head = call.HeadWidth },
            FirstKey = call.FirstKeys,
            IsCausal = true,
            CausalOffset = call.Position,
            Scale = call.Scale,
            Scratch = scratch,
        };
        if (Vector512.IsHardwareAccelerated)
        {
            AttentionForward.Run<Lanes512, Vector512<float>>(member, size, &job);
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            AttentionForward.Run<Lanes256, Vector256<float>>(member, size, &job);
        }
        else if (Vector128.IsHardwareAccelerated)
        {
            AttentionForward.Run<Lanes128, Vector128<float>>(member, size, &job);
        }
        else
        {
            AttentionForward.Run<Lanes1, float>(member, size, &job);
        }
    }
}

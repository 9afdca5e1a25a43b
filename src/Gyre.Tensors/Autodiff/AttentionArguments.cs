using Gyre.Tensors.Kernels;

namespace Gyre.Tensors.Autodiff;

/// <summary>The door of <see cref="Tape.Attention"/>.</summary>
internal static unsafe class AttentionArguments
{
    public static AttentionJob Check(Tensor queries, Tensor keys, Tensor values, in AttentionOptions options, ReadOnlySpan<int> firstKeys, Tensor? bias)
    {
        var q = queries.Shape;
        var k = keys.Shape;
        var v = values.Shape;
        if (k[0] != q[0] || v[0] != q[0] || k[1] != v[1] || k[2] != v[2] || k[3] != q[3] || k[2] == 0 || q[2] % k[2] != 0)
        {
            throw new ArgumentException(
                $"Attention: found queries {queries}, keys {keys}, values {values}, expected [B, T, H, D], [B, S, G, D] and [B, S, G, E] with G dividing H.", nameof(keys));
        }

        if (!firstKeys.IsEmpty && firstKeys.Length != q[0] * q[1])
        {
            throw new ArgumentException($"Attention: found {firstKeys.Length} first keys for queries {queries}, expected {q[0] * q[1]}.", nameof(firstKeys));
        }

        var job = new AttentionJob
        {
            Batch = q[0],
            Queries = q[1],
            Keys = k[1],
            Heads = q[2],
            KeyValueHeads = k[2],
            Width = q[3],
            ValueWidth = v[3],
            Q = HeadArray.Of(queries),
            K = HeadArray.Of(keys),
            V = HeadArray.Of(values),
            IsCausal = options.IsCausal,
            CausalOffset = options.QueryOffset ?? k[1] - q[1],
            Scale = options.Scale ?? 1f / MathF.Sqrt(q[3]),
            SoftCap = options.SoftCap,
        };
        if (bias is not null)
        {
            SetBias(ref job, bias);
        }

        return job;
    }

    private static void SetBias(ref AttentionJob job, Tensor bias)
    {
        ReadOnlySpan<int> scores = [job.Batch, job.Heads, job.Queries, job.Keys];
        for (var i = 1; i <= bias.Rank; i++)
        {
            if (i > 4 || (bias.Shape[^i] != 1 && bias.Shape[^i] != scores[^i]))
            {
                throw new ArgumentException($"Attention: found a bias of shape {bias}, expected one that broadcasts to {TensorShapes.Text(scores)}.", nameof(bias));
            }
        }

        TensorAxes<nint> strides = default;
        TensorShapes.BroadcastStrides(bias, scores, strides);
        job.Bias = bias.UncheckedData;
        (job.BiasBatch, job.BiasHead, job.BiasQuery, job.BiasKey) = (strides[0], strides[1], strides[2], strides[3]);
    }
}

using Gyre.Tensors.Autodiff;

namespace Gyre.Tensors.Tests.Onnx;

/// <summary>The attention operator in terms of <see cref="Tape.Attention"/>.</summary>
internal static class OnnxAttention
{
    public static IReadOnlyList<Tensor?> Run(Tape t, OnnxCase c)
    {
        var isFlat = c.Input(0).Shape.Length == 3;
        Tensor Heads(int input, string attribute)
        {
            var x = c.Input(input).Rent(t.Pool);
            return isFlat ? t.Reshape(x, x.Shape[0], x.Shape[1], c.Integer(attribute, 0), -1) : t.Transpose(x, 1, 2);
        }

        var (q, k, v) = (Heads(0, "q_num_heads"), Heads(1, "kv_num_heads"), Heads(2, "kv_num_heads"));
        var past = c.Optional(4)?.Shape[2] ?? 0;
        if (past > 0)
        {
            k = t.Concat([t.Transpose(c.Input(4).Rent(t.Pool), 1, 2), k], 1);
            v = t.Concat([t.Transpose(c.Input(5).Rent(t.Pool), 1, 2), v], 1);
        }

        var lengths = c.Optional(6)?.Integers;
        var options = new AttentionOptions
        {
            IsCausal = c.Integer("is_causal", 0) == 1 && lengths is null,
            QueryOffset = past,
            Scale = c.Number("scale", 0) is > 0 and var scale ? (float)scale : null,
            SoftCap = (float)c.Number("softcap", 0),
        };
        var y = t.Attention(q, k, v, options, default, Bias(t, c, q, k, lengths));
        return [isFlat ? t.Reshape(y, y.Shape[0], y.Shape[1], -1) : t.Transpose(y, 1, 2), t.Transpose(k, 1, 2), t.Transpose(v, 1, 2)];
    }

    /// <summary>Masks and key counts as one bias [B, H or 1, T, S].</summary>
    private static Tensor? Bias(Tape t, OnnxCase c, Tensor q, Tensor k, int[]? lengths)
    {
        var mask = c.Optional(3);
        if (mask is null && lengths is null)
        {
            return null;
        }

        var (batch, heads, queries, keys) = (q.Shape[0], q.Shape[2], q.Shape[1], k.Shape[1]);
        var bias = t.Pool.RentZeroed(batch, heads, queries, keys);
        for (var b = 0; b < batch; b++)
        {
            for (var h = 0; h < heads; h++)
            {
                for (var i = 0; i < queries; i++)
                {
                    for (var j = 0; j < keys; j++)
                    {
                        bias[b, h, i, j] = At(mask, b, h, i, j);
                        var last = lengths is null ? keys : c.Integer("is_causal", 0) == 1 ? Math.Min(lengths[b], i + lengths[b] - queries + 1) : lengths[b];
                        bias[b, h, i, j] = j < last ? bias[b, h, i, j] : float.NegativeInfinity;
                    }
                }
            }
        }

        return bias;
    }

    private static float At(OnnxValue? mask, int batch, int head, int query, int key)
    {
        if (mask is null)
        {
            return 0f;
        }

        var shape = mask.Shape;
        if (key >= shape[^1])
        {
            // A mask may be shorter than the keys: what it does not reach is hidden.
            return float.NegativeInfinity;
        }

        var offset = (query * shape[^1]) + key;
        offset += shape.Length < 3 || shape[^3] == 1 ? 0 : head * shape[^2] * shape[^1];
        offset += shape.Length < 4 || shape[^4] == 1 ? 0 : batch * shape[^3] * shape[^2] * shape[^1];
        var value = mask.Values[offset];
        return mask.DataType == "bool" ? (value != 0 ? 0f : float.NegativeInfinity) : (float)value;
    }
}

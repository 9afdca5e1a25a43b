using Gyre.Models.Architectures;

namespace Gyre.Training.Tests.Compression.Pruning;

/// <summary>A Llama decoder in double precision, written from the formulas, that is pruned layer by layer as it reads.</summary>
internal sealed class WandaReference(DecoderConfiguration configuration, Dictionary<string, double[]> weights)
{
    public Dictionary<string, double[]> Weights => weights;

    /// <summary>Prunes a share of every row by |W|·‖X‖; returns which weights went, by name.</summary>
    public Dictionary<string, bool[]> Prune(IReadOnlyList<int[]> windows, double share)
    {
        var masks = new Dictionary<string, bool[]>();
        var streams = windows.Select(window => window.Select(Embed).ToArray()).ToArray();
        for (var layer = 0; layer < configuration.Layers; layer++)
        {
            var squares = new Dictionary<string, double[]>();
            foreach (var stream in streams)
            {
                Run(layer, stream, (name, x) => Add(squares, name, x));
            }

            foreach (var (name, sums) in squares)
            {
                masks.Add(name, Remove(weights[name], sums, share));
            }

            for (var i = 0; i < streams.Length; i++)
            {
                streams[i] = Run(layer, streams[i], (_, _) => { });
            }
        }

        return masks;
    }

    private double[] Embed(int token) => weights["model.embed_tokens.weight"].AsSpan(token * configuration.HiddenSize, configuration.HiddenSize).ToArray();

    private double[][] Run(int layer, double[][] x, Action<string, double[]> see)
    {
        var (heads, keyHeads, width) = (configuration.Heads, configuration.KeyValueHeads, configuration.HeadWidth);
        var prefix = $"model.layers.{layer}.";
        var normed = x.Select(row => Norm(row, prefix + "input_layernorm.weight")).ToArray();
        var q = normed.Select((row, t) => Turn(Multiply(prefix + "self_attn.q_proj.weight", row, see), heads, t)).ToArray();
        var k = normed.Select((row, t) => Turn(Multiply(prefix + "self_attn.k_proj.weight", row, see), keyHeads, t)).ToArray();
        var v = normed.Select(row => Multiply(prefix + "self_attn.v_proj.weight", row, see)).ToArray();
        var result = new double[x.Length][];
        for (var t = 0; t < x.Length; t++)
        {
            var mixed = new double[heads * width];
            for (var h = 0; h < heads; h++)
            {
                var shared = h / (heads / keyHeads) * width;
                var scores = Enumerable.Range(0, t + 1).Select(s => Enumerable.Range(0, width).Sum(d => q[t][(h * width) + d] * k[s][shared + d]) / Math.Sqrt(width)).ToArray();
                var shares = scores.Select(score => Math.Exp(score - scores.Max())).ToArray();
                for (var s = 0; s <= t; s++)
                {
                    for (var d = 0; d < width; d++)
                    {
                        mixed[(h * width) + d] += shares[s] / shares.Sum() * v[s][shared + d];
                    }
                }
            }

            var middle = Sum(x[t], Multiply(prefix + "self_attn.o_proj.weight", mixed, see));
            var second = Norm(middle, prefix + "post_attention_layernorm.weight");
            var gate = Multiply(prefix + "mlp.gate_proj.weight", second, see);
            var up = Multiply(prefix + "mlp.up_proj.weight", second, see);
            result[t] = Sum(middle, Multiply(prefix + "mlp.down_proj.weight", [.. gate.Zip(up, (g, u) => g / (1 + Math.Exp(-g)) * u)], see));
        }

        return result;
    }

    private double[] Turn(double[] x, int heads, int position)
    {
        var (width, half) = (configuration.HeadWidth, configuration.HeadWidth / 2);
        var turned = new double[x.Length];
        for (var h = 0; h < heads; h++)
        {
            for (var i = 0; i < half; i++)
            {
                var angle = position * Math.Pow(configuration.Rotary.Theta, -2.0 * i / width);
                var (a, b) = (x[(h * width) + i], x[(h * width) + half + i]);
                turned[(h * width) + i] = (a * Math.Cos(angle)) - (b * Math.Sin(angle));
                turned[(h * width) + half + i] = (a * Math.Sin(angle)) + (b * Math.Cos(angle));
            }
        }

        return turned;
    }

    private double[] Norm(double[] x, string gain)
    {
        var scale = 1 / Math.Sqrt(x.Average(value => value * value) + configuration.NormEpsilon);
        return [.. x.Select((value, i) => value * scale * weights[gain][i])];
    }

    private double[] Multiply(string name, double[] x, Action<string, double[]> see)
    {
        see(name, x);
        var matrix = weights[name];
        return [.. Enumerable.Range(0, matrix.Length / x.Length).Select(row => Enumerable.Range(0, x.Length).Sum(i => matrix[(row * x.Length) + i] * x[i]))];
    }

    private static double[] Sum(double[] a, double[] b) => [.. a.Zip(b, (left, right) => left + right)];

    private static void Add(Dictionary<string, double[]> squares, string name, double[] x)
    {
        if (!squares.TryGetValue(name, out var sums))
        {
            squares.Add(name, sums = new double[x.Length]);
        }

        for (var i = 0; i < x.Length; i++)
        {
            sums[i] += x[i] * x[i];
        }
    }

    /// <summary>Sorts each row by score and index, and sets the first to zero.</summary>
    private static bool[] Remove(double[] matrix, double[] sums, double share)
    {
        var gone = new bool[matrix.Length];
        var columns = sums.Length;
        for (var first = 0; first < matrix.Length; first += columns)
        {
            var order = Enumerable.Range(first, columns).OrderBy(i => Math.Abs(matrix[i]) * Math.Sqrt(sums[i - first])).ThenBy(i => i);
            foreach (var i in order.Take((int)(columns * share)))
            {
                (gone[i], matrix[i]) = (true, 0);
            }
        }

        return gone;
    }
}

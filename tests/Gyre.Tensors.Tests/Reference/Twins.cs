namespace Gyre.Tensors.Tests.Reference;

/// <summary>The operations once more, in double precision and as plainly as their definitions.</summary>
internal static class Twins
{
    public static double[] Map(double[] x, Func<double, double> f) => x.Select(f).ToArray();

    public static double Sigmoid(double x) => 1.0 / (1.0 + Math.Exp(-x));

    public static double Silu(double x) => x * Sigmoid(x);

    public static double GeluTanh(double x) => 0.5 * x * (1.0 + Math.Tanh(Math.Sqrt(2.0 / Math.PI) * (x + (0.044715 * x * x * x))));

    public static double Gelu(double x) => 0.5 * x * (1.0 + Erf(x / Math.Sqrt(2.0)));

    /// <summary>By its Taylor series, and by the continued fraction of the complement where the series cancels.</summary>
    public static double Erf(double x)
    {
        if (Math.Abs(x) > 2.5)
        {
            var fraction = 0.0;
            var a = Math.Abs(x);
            for (var k = 200; k >= 1; k--)
            {
                fraction = k / 2.0 / (a + fraction);
            }

            return Math.Sign(x) * (1.0 - (Math.Exp(-a * a) / (Math.Sqrt(Math.PI) * (a + fraction))));
        }

        var (term, sum) = (x, x);
        for (var n = 1; n < 80; n++)
        {
            term *= -x * x / n;
            sum += term / ((2 * n) + 1);
        }

        return sum * 2.0 / Math.Sqrt(Math.PI);
    }

    /// <summary>[n,in]·[out,in]ᵀ.</summary>
    public static double[] Linear(double[] x, double[] weight, int inputs, int outputs)
    {
        var rows = x.Length / inputs;
        var y = new double[rows * outputs];
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < outputs; j++)
            {
                for (var k = 0; k < inputs; k++)
                {
                    y[(i * outputs) + j] += x[(i * inputs) + k] * weight[(j * inputs) + k];
                }
            }
        }

        return y;
    }

    public static double[] Norm(double[] x, int width, double[]? gain, double[]? bias, double epsilon, bool centres)
    {
        var y = new double[x.Length];
        for (var first = 0; first < x.Length; first += width)
        {
            var row = x.AsSpan(first, width).ToArray();
            var mean = centres ? row.Average() : 0.0;
            var inverse = 1.0 / Math.Sqrt(row.Select(v => (v - mean) * (v - mean)).Average() + epsilon);
            for (var i = 0; i < width; i++)
            {
                y[first + i] = ((row[i] - mean) * inverse * (gain?[i] ?? 1.0)) + (bias?[i] ?? 0.0);
            }
        }

        return y;
    }

    public static double[] Softmax(double[] x, int width, bool isLogarithmic = false)
    {
        var y = new double[x.Length];
        for (var first = 0; first < x.Length; first += width)
        {
            var row = x.AsSpan(first, width).ToArray();
            var max = row.Max();
            var sum = row.Sum(v => Math.Exp(v - max));
            for (var i = 0; i < width; i++)
            {
                y[first + i] = isLogarithmic ? row[i] - max - Math.Log(sum) : Math.Exp(row[i] - max) / sum;
            }
        }

        return y;
    }

    public static double CrossEntropy(double[] logits, int classes, int[] targets, double[]? weights, double? divisor)
    {
        var logs = Softmax(logits, classes, isLogarithmic: true);
        var (sum, total) = (0.0, 0.0);
        for (var row = 0; row < targets.Length; row++)
        {
            if (targets[row] >= 0)
            {
                sum -= logs[(row * classes) + targets[row]] * (weights?[row] ?? 1.0);
                total += weights?[row] ?? 1.0;
            }
        }

        return sum / (divisor ?? total);
    }

    /// <summary>Attention as its formula says, with the whole score matrix; tensors are [B,T,H,D].</summary>
    public static double[] Attention(double[] q, double[] k, double[] v, AttentionShape s)
    {
        var y = new double[s.Batch * s.Queries * s.Heads * s.ValueWidth];
        for (var b = 0; b < s.Batch; b++)
        {
            for (var h = 0; h < s.Heads; h++)
            {
                var g = h / (s.Heads / s.KeyHeads);
                for (var t = 0; t < s.Queries; t++)
                {
                    var scores = new double[s.Keys];
                    for (var j = 0; j < s.Keys; j++)
                    {
                        for (var d = 0; d < s.Width; d++)
                        {
                            scores[j] += q[(((((b * s.Queries) + t) * s.Heads) + h) * s.Width) + d] * k[(((((b * s.Keys) + j) * s.KeyHeads) + g) * s.Width) + d];
                        }

                        scores[j] *= s.Scale;
                        scores[j] = s.SoftCap > 0 ? s.SoftCap * Math.Tanh(scores[j] / s.SoftCap) : scores[j];
                        scores[j] += s.Bias?.Invoke(b, h, t, j) ?? 0.0;
                        var isHidden = (s.IsCausal && j > t + s.Offset) || j < (s.FirstKeys is null ? 0 : s.FirstKeys[(b * s.Queries) + t]);
                        scores[j] = isHidden ? double.NegativeInfinity : scores[j];
                    }

                    var max = scores.DefaultIfEmpty(0).Max();
                    var weights = scores.Select(x => double.IsNegativeInfinity(max) ? 0.0 : Math.Exp(x - max)).ToArray();
                    var sum = weights.Sum();
                    for (var d = 0; d < s.ValueWidth; d++)
                    {
                        var value = 0.0;
                        for (var j = 0; j < s.Keys; j++)
                        {
                            value += weights[j] * v[(((((b * s.Keys) + j) * s.KeyHeads) + g) * s.ValueWidth) + d];
                        }

                        y[(((((b * s.Queries) + t) * s.Heads) + h) * s.ValueWidth) + d] = sum == 0 ? 0 : value / sum;
                    }
                }
            }
        }

        return y;
    }

    /// <summary>[B,T,H,D] with one position a token.</summary>
    public static double[] Rope(double[] x, int heads, int width, int rotary, int[] positions, Func<int, int, double> angle, bool isInterleaved)
    {
        var y = (double[])x.Clone();
        for (var token = 0; token < x.Length / heads / width; token++)
        {
            for (var head = 0; head < heads; head++)
            {
                var first = ((token * heads) + head) * width;
                for (var i = 0; i < rotary / 2; i++)
                {
                    var (a, b) = isInterleaved ? (first + (2 * i), first + (2 * i) + 1) : (first + i, first + i + (rotary / 2));
                    var theta = angle(positions[token % positions.Length], i);
                    y[a] = (x[a] * Math.Cos(theta)) - (x[b] * Math.Sin(theta));
                    y[b] = (x[b] * Math.Cos(theta)) + (x[a] * Math.Sin(theta));
                }
            }
        }

        return y;
    }
}

using System.Runtime.InteropServices;

namespace Gyre.Evaluation.Tests.Benchmarks;

/// <summary>The same trained model computed anew in double precision, out of llama2.c's own file: no cache, no batch, nothing shared with the engine.</summary>
internal sealed class ReferenceLlama
{
    private readonly float[] _values;
    private readonly int _dim, _hidden, _layers, _heads, _kvHeads, _vocabulary;
    private int _next;
    private readonly double[] _embedding, _normFinal;
    private readonly double[][] _normAttention, _query, _key, _value, _output, _normFeed, _gate, _down, _up;

    public ReferenceLlama(string path)
    {
        var bytes = File.ReadAllBytes(path);
        var head = MemoryMarshal.Cast<byte, int>(bytes.AsSpan(0, 28));
        (_dim, _hidden, _layers, _heads, _kvHeads, _vocabulary) = (head[0], head[1], head[2], head[3], head[4], Math.Abs(head[5]));
        _values = MemoryMarshal.Cast<byte, float>(bytes.AsSpan(28)).ToArray();
        var keys = _dim / _heads * _kvHeads;
        _embedding = Take(_vocabulary * _dim);
        _normAttention = TakeLayers(_dim);
        _query = TakeLayers(_dim * _dim);
        _key = TakeLayers(keys * _dim);
        _value = TakeLayers(keys * _dim);
        _output = TakeLayers(_dim * _dim);
        _normFeed = TakeLayers(_dim);
        _gate = TakeLayers(_hidden * _dim);
        _down = TakeLayers(_dim * _hidden);
        _up = TakeLayers(_hidden * _dim);
        _normFinal = Take(_dim);
    }

    /// <summary>The log-probability of each token behind those before it, from the second on, and whether it is the likeliest.</summary>
    public (double Logprob, bool IsBest)[] Following(IReadOnlyList<int> ids)
    {
        var states = ids.Take(ids.Count - 1).Select(id => _embedding.AsSpan(id * _dim, _dim).ToArray()).ToArray();
        for (var layer = 0; layer < _layers; layer++)
        {
            Attend(states, layer);
            foreach (var state in states)
            {
                var x = Norm(state, _normFeed[layer]);
                var (gate, up) = (Multiply(_gate[layer], x, _hidden), Multiply(_up[layer], x, _hidden));
                for (var i = 0; i < _hidden; i++)
                {
                    gate[i] = gate[i] / (1 + Math.Exp(-gate[i])) * up[i];
                }

                Add(state, Multiply(_down[layer], gate, _dim));
            }
        }

        return [.. states.Select((state, at) => Read(Multiply(_embedding, Norm(state, _normFinal), _vocabulary), ids[at + 1]))];
    }

    private void Attend(double[][] states, int layer)
    {
        var width = _dim / _heads;
        var (queries, keys, values) = (new double[states.Length][], new double[states.Length][], new double[states.Length][]);
        for (var at = 0; at < states.Length; at++)
        {
            var x = Norm(states[at], _normAttention[layer]);
            queries[at] = Rotate(Multiply(_query[layer], x, _dim), at, width);
            keys[at] = Rotate(Multiply(_key[layer], x, width * _kvHeads), at, width);
            values[at] = Multiply(_value[layer], x, width * _kvHeads);
        }

        for (var at = 0; at < states.Length; at++)
        {
            var mixed = new double[_dim];
            for (var head = 0; head < _heads; head++)
            {
                var (q, kv) = (head * width, head / (_heads / _kvHeads) * width);
                var weights = Enumerable.Range(0, at + 1).Select(other => Enumerable.Range(0, width).Sum(i => queries[at][q + i] * keys[other][kv + i]) / Math.Sqrt(width)).ToArray();
                var greatest = weights.Max();
                var total = weights.Sum(weight => Math.Exp(weight - greatest));
                for (var other = 0; other <= at; other++)
                {
                    var share = Math.Exp(weights[other] - greatest) / total;
                    for (var i = 0; i < width; i++)
                    {
                        mixed[q + i] += share * values[other][kv + i];
                    }
                }
            }

            Add(states[at], Multiply(_output[layer], mixed, _dim));
        }
    }

    /// <summary>Neighbours turn together, as in llama2.c.</summary>
    private static double[] Rotate(double[] vector, int position, int width)
    {
        for (var i = 0; i < vector.Length; i += 2)
        {
            var angle = position / Math.Pow(10000, i % width / (double)width);
            var (sine, cosine) = Math.SinCos(angle);
            (vector[i], vector[i + 1]) = ((vector[i] * cosine) - (vector[i + 1] * sine), (vector[i] * sine) + (vector[i + 1] * cosine));
        }

        return vector;
    }

    private static (double Logprob, bool IsBest) Read(double[] logits, int id)
    {
        var greatest = logits.Max();
        return (logits[id] - greatest - Math.Log(logits.Sum(logit => Math.Exp(logit - greatest))), logits[id] == greatest);
    }

    private static double[] Norm(double[] x, double[] gain)
    {
        var scale = 1 / Math.Sqrt((x.Sum(value => value * value) / x.Length) + 1e-5);
        return [.. x.Select((value, i) => value * scale * gain[i])];
    }

    private static double[] Multiply(double[] matrix, double[] x, int rows)
    {
        var result = new double[rows];
        for (var row = 0; row < rows; row++)
        {
            for (var i = 0; i < x.Length; i++)
            {
                result[row] += matrix[(row * x.Length) + i] * x[i];
            }
        }

        return result;
    }

    private static void Add(double[] to, double[] what)
    {
        for (var i = 0; i < to.Length; i++)
        {
            to[i] += what[i];
        }
    }

    private double[][] TakeLayers(int count) => [.. Enumerable.Range(0, _layers).Select(_ => Take(count))];

    private double[] Take(int count)
    {
        _next += count;
        return [.. _values.AsSpan(_next - count, count).ToArray().Select(value => (double)value)];
    }
}

using Gyre.Contracts;
using Gyre.Training.Loop;
using Gyre.Training.Packing;

namespace Gyre.Training.Tests.Loop;

/// <summary>The smallest language model with a known gradient: the next token's logits are a row of a table plus a bias.</summary>
internal sealed class BigramModel : IGradientModel
{
    private readonly int _vocabulary;
    private readonly float[] _table;
    private readonly float[] _bias;
    private readonly float[] _tableGradient;
    private readonly float[] _biasGradient;

    public BigramModel(int vocabulary, ulong seed)
    {
        _vocabulary = vocabulary;
        var random = new SeededRandom(seed);
        _table = [.. Enumerable.Range(0, vocabulary * vocabulary).Select(_ => (float)(0.02 * random.NextGaussian()))];
        _bias = new float[vocabulary];
        _tableGradient = new float[_table.Length];
        _biasGradient = new float[vocabulary];
        Parameters =
        [
            new("table", [vocabulary, vocabulary], true, () => _table, () => _tableGradient),
            new("bias", [vocabulary], false, () => _bias, () => _biasGradient),
        ];
    }

    public IReadOnlyList<GradientParameter> Parameters { get; }

    /// <summary>Runs before each accumulation; tests use it to make things go wrong.</summary>
    public Action<int> BeforePass { get; set; } = _ => { };

    public int Passes { get; private set; }

    public int[] Bits => [.. _table.Concat(_bias).Select(BitConverter.SingleToInt32Bits)];

    public void ZeroGradients()
    {
        Array.Clear(_tableGradient);
        Array.Clear(_biasGradient);
    }

    public double Accumulate(Batch batch, float scale)
    {
        BeforePass(++Passes);
        return Sum(batch, scale, withGradient: true);
    }

    public double Measure(Batch batch, float scale) => Sum(batch, scale, withGradient: false);

    public void Poison() => _table[3] = float.NaN;

    public void Dispose()
    {
    }

    private double Sum(Batch batch, float scale, bool withGradient)
    {
        var loss = 0.0;
        var probabilities = new double[_vocabulary];
        for (var at = 0; at < batch.Inputs.Length; at++)
        {
            var target = batch.Targets[at];
            if (target == Batch.Ignored)
            {
                continue;
            }

            var row = batch.Inputs[at] * _vocabulary;
            var sum = 0.0;
            for (var j = 0; j < _vocabulary; j++)
            {
                sum += probabilities[j] = Math.Exp((double)_table[row + j] + _bias[j]);
            }

            loss -= Math.Log(probabilities[target] / sum);
            for (var j = 0; withGradient && j < _vocabulary; j++)
            {
                var gradient = (float)(((probabilities[j] / sum) - (j == target ? 1 : 0)) * scale);
                _tableGradient[row + j] += gradient;
                _biasGradient[j] += gradient;
            }
        }

        return loss * scale;
    }
}

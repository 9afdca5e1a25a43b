using BenchmarkDotNet.Attributes;
using Gyre.Contracts;
using Gyre.Tensors;
using Gyre.Tensors.Autodiff;
using Gyre.Tensors.Threading;

namespace Gyre.Benchmarks.Tensors;

/// <summary>Causal attention of the reference small GPT (32 wide) and of a 64-wide model with shared key heads.</summary>
[MemoryDiagnoser]
public class AttentionBenchmarks
{
    private ThreadTeam _team = new(1);
    private TensorPool _pool = new();
    private Tape? _tape;
    private Tensor[] _operands = [];
    private float[] _gradient = [];

    /// <summary>Batch, positions, heads, key heads, width.</summary>
    [Params("16 256 8 8 32", "4 512 8 4 64")]
    public string Shape { get; set; } = "";

    [Params(1, 2)]
    public int Threads { get; set; }

    private Tape Tape => _tape ?? throw new InvalidOperationException("Setup has not run.");

    [GlobalSetup]
    public void Setup()
    {
        var s = Shape.Split(' ').Select(int.Parse).ToArray();
        (_team, _pool) = (new ThreadTeam(Threads), new TensorPool());
        _tape = new Tape(_team, _pool, isRecording: true);
        var random = new SeededRandom(1);
        _operands = new[] { s[2], s[3], s[3] }.Select(heads =>
        {
            var tensor = _pool.Rent(s[0], s[1], heads, s[4]);
            foreach (ref var value in tensor.Span)
            {
                value = (float)random.NextGaussian();
            }

            tensor.RequiresGradient = true;
            return tensor;
        }).ToArray();
        _gradient = Enumerable.Range(0, (int)_operands[0].Length).Select(_ => (float)random.NextGaussian()).ToArray();
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        Tape.Dispose();
        _pool.Dispose();
        _team.Dispose();
    }

    /// <summary>The same by two matrix products and a softmax with the whole score matrix, without the causal mask.</summary>
    [Benchmark(Baseline = true)]
    public void Attend_WithScoreMatrix()
    {
        var group = _operands[0].Shape[2] / _operands[1].Shape[2];
        var q = Tape.Permute(_operands[0], 0, 2, 1, 3);
        var k = Tape.Permute(_operands[1], 0, 2, 1, 3);
        var v = Tape.Permute(_operands[2], 0, 2, 1, 3);
        for (var i = 0; i < group; i++)
        {
            var part = Tape.Slice(q, 1, i, k.Shape[1], 1);
            _ = Tape.MatMul(Tape.Softmax(Tape.MatMul(part, k, transposesB: true)), v);
        }

        Tape.Reset();
    }

    [Benchmark]
    public void Attend_Fused()
    {
        _ = Tape.Attention(_operands[0], _operands[1], _operands[2], new AttentionOptions());
        Tape.Reset();
    }

    [Benchmark]
    public void Attend_FusedBothWays()
    {
        Tape.Backward(Tape.Attention(_operands[0], _operands[1], _operands[2], new AttentionOptions()), _gradient);
        Tape.Reset();
    }
}

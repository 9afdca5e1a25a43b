using BenchmarkDotNet.Attributes;
using Gyre.Contracts;
using Gyre.Tensors;
using Gyre.Tensors.Autodiff;
using Gyre.Tensors.Threading;

namespace Gyre.Benchmarks.Tensors;

/// <summary>Norms, softmax and gated activations over 4,096 rows, against plain loops.</summary>
[MemoryDiagnoser]
public class RowKernelBenchmarks
{
    private const int Rows = 4096;

    private readonly float[] _plain = new float[Rows * 1024];
    private ThreadTeam _team = new(1);
    private TensorPool _pool = new();
    private Tape? _tape;
    private Tensor? _x;
    private Tensor? _gain;

    [Params(256, 1024)]
    public int Width { get; set; }

    private Tape Tape => _tape ?? throw new InvalidOperationException("Setup has not run.");

    private Tensor X => _x ?? throw new InvalidOperationException("Setup has not run.");

    [GlobalSetup]
    public void Setup()
    {
        (_team, _pool) = (new ThreadTeam(1), new TensorPool());
        _tape = new Tape(_team, _pool, isRecording: false);
        (_x, _gain) = (_pool.Rent(Rows, Width), _pool.RentZeroed(Width));
        var random = new SeededRandom(1);
        foreach (ref var value in _x.Span)
        {
            value = (float)random.NextGaussian();
        }
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        Tape.Dispose();
        _pool.Dispose();
        _team.Dispose();
    }

    /// <summary>Softmax row by row, one number at a time.</summary>
    [Benchmark(Baseline = true)]
    public void Softmax_Scalar()
    {
        var x = X.Span;
        for (var first = 0; first < x.Length; first += Width)
        {
            var (row, to) = (first, first);
            var max = float.NegativeInfinity;
            for (var i = 0; i < Width; i++)
            {
                max = MathF.Max(max, x[row + i]);
            }

            var sum = 0f;
            for (var i = 0; i < Width; i++)
            {
                sum += _plain[to + i] = MathF.Exp(x[row + i] - max);
            }

            for (var i = 0; i < Width; i++)
            {
                _plain[to + i] /= sum;
            }
        }
    }

    [Benchmark]
    public void Softmax_Vectors()
    {
        _ = Tape.Softmax(X);
        Tape.Reset();
    }

    [Benchmark]
    public void Normalise_RootMeanSquare()
    {
        _ = Tape.RmsNorm(X, _gain, 1e-5f);
        Tape.Reset();
    }

    [Benchmark]
    public void Normalise_Layer()
    {
        _ = Tape.LayerNorm(X, _gain, _gain, 1e-5f);
        Tape.Reset();
    }

    [Benchmark]
    public void Gate_Silu()
    {
        _ = Tape.SwiGlu(X, X);
        Tape.Reset();
    }
}

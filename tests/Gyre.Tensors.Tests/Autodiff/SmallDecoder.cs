using Gyre.Contracts;
using Gyre.Tensors.Autodiff;
using Gyre.Tensors.Kernels;
using Gyre.Tensors.Threading;

namespace Gyre.Tensors.Tests.Autodiff;

/// <summary>Two layers of a Llama-style decoder, small enough to learn two sequences by heart in a second.</summary>
internal sealed class SmallDecoder
{
    public const int Vocabulary = 29;
    public const int Length = 21;
    private const int Width = 24;
    private const int Heads = 4;
    private const int KeyHeads = 2;
    private const int HeadWidth = 6;
    private const int Hidden = 40;
    private const int Layers = 2;

    private readonly List<Tensor> _parameters = [];
    private readonly List<(Tensor First, Tensor Second)> _moments = [];
    private readonly int[] _positions = Enumerable.Range(0, Length).ToArray();
    private readonly TensorPool _pool;
    private readonly SeededRandom _random = new(17);
    private readonly Tensor _table;
    private readonly Tensor _norm;
    private readonly Tensor _cosines;
    private readonly Tensor _sines;
    private readonly Tensor[][] _layers;
    private readonly CheckpointBody[] _bodies;
    private readonly bool _checkpoints;

    public SmallDecoder(TensorPool pool, bool checkpoints)
    {
        (_pool, _checkpoints) = (pool, checkpoints);
        _table = Parameter(0.3, Vocabulary, Width);
        _layers = Enumerable.Range(0, Layers).Select(_ => new[]
        {
            Parameter(0, Width), Parameter(0.2, Heads * HeadWidth, Width), Parameter(0.2, KeyHeads * HeadWidth, Width), Parameter(0.2, KeyHeads * HeadWidth, Width),
            Parameter(0.2, Width, Heads * HeadWidth), Parameter(0, Width), Parameter(0.2, Hidden, Width), Parameter(0.2, Hidden, Width), Parameter(0.2, Width, Hidden),
        }).ToArray();
        _norm = Parameter(0, Width);
        (_cosines, _sines) = (pool.Rent(Length, HeadWidth / 2), pool.Rent(Length, HeadWidth / 2));
        for (var i = 0; i < Length * HeadWidth / 2; i++)
        {
            var angle = (i / (HeadWidth / 2)) * Math.Pow(100.0, -2.0 * (i % (HeadWidth / 2)) / HeadWidth);
            (_cosines.Span[i], _sines.Span[i]) = ((float)Math.Cos(angle), (float)Math.Sin(angle));
        }

        _bodies = _layers.Select<Tensor[], CheckpointBody>(layer => (tape, inputs) => Layer(tape, inputs[0], layer)).ToArray();
    }

    public Tensor Loss(Tape tape, int[] tokens, int[] targets)
    {
        var x = tape.Embedding(_table, tokens);
        for (var layer = 0; layer < Layers; layer++)
        {
            x = _checkpoints ? tape.Checkpoint([x], _bodies[layer]) : Layer(tape, x, _layers[layer]);
        }

        return tape.LinearCrossEntropy(tape.RmsNorm(x, _norm, 1e-5f), _table, targets);
    }

    public void Update(ThreadTeam team, int step)
    {
        for (var i = 0; i < _parameters.Count; i++)
        {
            // Not an assertion, because those allocate and the caller counts bytes.
            var gradient = _parameters[i].Gradient ?? throw new InvalidOperationException("No gradient arrived.");
            AdamW.Step(team, _parameters[i].Span, gradient.Span, _moments[i].First.Span, _moments[i].Second.Span, new AdamWSettings { LearningRate = 0.01f, Step = step });
            _parameters[i].ZeroGradient();
        }
    }

    private Tensor Layer(Tape tape, Tensor x, Tensor[] p)
    {
        var h = tape.RmsNorm(x, p[0], 1e-5f);
        var q = tape.Rope(tape.Reshape(tape.Linear(h, p[1]), -1, Length, Heads, HeadWidth), _cosines, _sines, _positions);
        var k = tape.Rope(tape.Reshape(tape.Linear(h, p[2]), -1, Length, KeyHeads, HeadWidth), _cosines, _sines, _positions);
        var v = tape.Reshape(tape.Linear(h, p[3]), -1, Length, KeyHeads, HeadWidth);
        x = tape.Linear(tape.Reshape(tape.Attention(q, k, v, new AttentionOptions()), -1, Heads * HeadWidth), p[4], null, x);
        h = tape.RmsNorm(x, p[5], 1e-5f);
        return tape.Linear(tape.SwiGlu(tape.Linear(h, p[6]), tape.Linear(h, p[7])), p[8], null, x);
    }

    private Tensor Parameter(double spread, params int[] shape)
    {
        var tensor = _pool.Rent(shape);
        foreach (ref var value in tensor.Span)
        {
            value = spread == 0 ? 1f : (float)(_random.NextGaussian() * spread);
        }

        tensor.RequiresGradient = true;
        _parameters.Add(tensor);
        _moments.Add((_pool.RentZeroed(shape), _pool.RentZeroed(shape)));
        return tensor;
    }
}

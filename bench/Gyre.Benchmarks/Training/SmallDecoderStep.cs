using Gyre.Contracts;
using Gyre.Models.Adapters.Training;
using Gyre.Models.Architectures;
using Gyre.Models.Weights;
using Gyre.Tensors;
using Gyre.Tensors.Autodiff;
using Gyre.Tensors.Kernels;
using Gyre.Tensors.Quantization;
using Gyre.Tensors.Threading;

namespace Gyre.Benchmarks.Training;

/// <summary>A full training step of a small decoder on random ids: loss, gradients, norm, clipping, AdamW.</summary>
internal sealed class SmallDecoderStep : IDisposable
{
    public const int Vocabulary = 4096;
    public const int Width = 256;
    public const int Layers = 6;
    public const int Heads = 8;
    public const int FeedForward = 688; // a gated layer of this width costs what a plain one of 1,024 costs
    public const int Length = 256;
    public const int Rows = 16;

    private readonly ThreadTeam _team;
    private readonly TensorPool _pool = new();
    private readonly Tape _tape;
    private readonly TrainableDecoder _model;
    private readonly float[][] _first;
    private readonly float[][] _second;
    private readonly double[] _scratch;
    private readonly int[] _inputs = new int[Rows * Length];
    private readonly int[] _targets = new int[Rows * Length];
    private int _step;

    /// <param name="threads">Threads.</param>
    /// <param name="adapter">What is trained over the frozen model; null for the whole model.</param>
    /// <param name="frozen">How the frozen model's matrices are kept; null for single precision.</param>
    public SmallDecoderStep(int threads, AdapterOptions? adapter = null, FrozenFormat? frozen = null)
    {
        _team = new ThreadTeam(threads);
        _tape = new Tape(_team, _pool, isRecording: true);
        _model = frozen is { } format ? Encoded(format) : new TrainableDecoder(Configuration(), _pool, seed: 1);
        if (adapter is not null)
        {
            TrainableAdapter.Create(adapter, _model, seed: 1); // The model's from here on.
        }

        _first = [.. _model.Parameters.Select(parameter => new float[parameter.Value.Length])];
        _second = [.. _model.Parameters.Select(parameter => new float[parameter.Value.Length])];
        _scratch = new double[GradientNorm.ScratchLength((int)_model.Parameters.Max(parameter => parameter.Value.Length))];
        var random = new SeededRandom(1);
        for (var i = 0; i < _inputs.Length; i++)
        {
            _inputs[i] = random.NextInt32(Vocabulary);
            _targets[i] = random.NextInt32(Vocabulary);
        }
    }

    public long Parameters => _model.Parameters.Sum(parameter => parameter.Value.Length);

    public float Loss { get; private set; }

    /// <summary>Memory of what is trained: gradients and both moments.</summary>
    public long TrainingBytes => _model.Parameters.Sum(parameter => sizeof(float) * ((parameter.Value.Gradient?.Length ?? 0) + (2 * parameter.Value.Length)));

    /// <summary>Memory of the base's weights.</summary>
    public long WeightBytes => _model.WeightBytes;

    /// <summary>The most memory that weights, results, gradients and scratch took at once, with both moments.</summary>
    public long PeakBytes => _pool.PeakBytes + _model.Parameters.Sum(parameter => 2 * sizeof(float) * parameter.Value.Length);

    public void Run()
    {
        var parameters = _model.Parameters;
        for (var i = 0; i < parameters.Count; i++)
        {
            parameters[i].Value.ZeroGradient();
        }

        var loss = _model.Loss(_tape, _inputs, _targets, default, Rows, Length, 1f / _targets.Length);
        Loss = loss.Span[0];
        _tape.Backward(loss);
        _tape.Reset();
        var squares = 0.0;
        for (var i = 0; i < parameters.Count; i++)
        {
            squares += GradientNorm.SumOfSquares(_team, parameters[i].Value.Gradient!.Span, _scratch); // Every parameter of a decoder has a gradient after Backward.
        }

        var settings = new AdamWSettings { LearningRate = 1e-3f, Beta2 = 0.95f, WeightDecay = 0.1f, Step = ++_step, GradientScale = (float)Math.Min(1, 1 / Math.Sqrt(squares)) };
        for (var i = 0; i < parameters.Count; i++)
        {
            AdamW.Step(_team, parameters[i].Value.Span, parameters[i].Value.Gradient!.Span, _first[i], _second[i], settings);
        }
    }

    private static DecoderConfiguration Configuration() => new()
    {
        Architecture = "llama",
        VocabularySize = Vocabulary,
        HiddenSize = Width,
        IntermediateSize = FeedForward,
        Layers = Layers,
        Heads = Heads,
        KeyValueHeads = Heads,
        HeadWidth = Width / Heads,
        ContextLength = Length,
    };

    /// <summary>The same numbers, kept in fewer bits.</summary>
    private TrainableDecoder Encoded(FrozenFormat format)
    {
        var folder = Directory.CreateTempSubdirectory("gyre-bench-").FullName;
        try
        {
            using (var pool = new TensorPool())
            using (var whole = new TrainableDecoder(Configuration(), pool, seed: 1))
            {
                whole.Save(folder);
            }

            using var weights = SafetensorsFolder.Open(folder);
            return TrainableDecoder.FromWeights(weights, Configuration(), _pool, format);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    public void Dispose()
    {
        _model.Dispose();
        _tape.Dispose();
        _pool.Dispose();
        _team.Dispose();
    }
}

using Gyre.Models.Architectures;
using Gyre.Models.Weights;
using Gyre.Tensors;
using Gyre.Tensors.Autodiff;
using Gyre.Tensors.Threading;

namespace Gyre.Models.Tests.Architectures;

/// <summary>An encoder–decoder model ready to be trained.</summary>
internal sealed class TrainedPairModel : IDisposable
{
    public const int Ignored = -100;

    public TrainedPairModel(string folder)
    {
        using var weights = SafetensorsFolder.Open(folder);
        var path = Path.Combine(folder, "config.json");
        Model = TrainableEncoderDecoder.FromWeights(weights, EncoderDecoderConfiguration.FromHuggingFace(File.ReadAllText(path), path), Pool);
    }

    public TrainedPairModel(EncoderDecoderConfiguration configuration, ulong seed) =>
        Model = new TrainableEncoderDecoder(configuration, Pool, seed);

    public TrainableEncoderDecoder Model { get; }

    public ThreadTeam Team { get; } = new(2);

    public TensorPool Pool { get; } = new();

    /// <summary>The mean loss of answers' tokens, where answers of unequal length are filled up with targets that do not count.</summary>
    public double Loss(int[][] sources, int[][] answers)
    {
        using var tape = new Tape(Team, Pool, isRecording: false);
        return Record(tape, sources, answers).Span[0];
    }

    /// <summary>The gradients of the mean loss; what has none gets zeros.</summary>
    public float[][] Gradients(int[][] sources, int[][] answers)
    {
        using var tape = new Tape(Team, Pool, isRecording: true);
        tape.Backward(Record(tape, sources, answers));
        var gradients = Model.Parameters.Select(parameter => parameter.Value.Gradient?.ToArray() ?? new float[parameter.Value.Length]).ToArray();
        foreach (var parameter in Model.Parameters)
        {
            parameter.Value.ZeroGradient();
        }

        return gradients;
    }

    /// <summary>Runs a step of a training: the loss, its gradients left in the parameters.</summary>
    public double Step(int[][] sources, int[][] answers)
    {
        using var tape = new Tape(Team, Pool, isRecording: true);
        var loss = Record(tape, sources, answers);
        tape.Backward(loss);
        return loss.Span[0];
    }

    /// <summary>The gradient's length, and how steeply the loss rises along it.</summary>
    public (double Norm, double Slope) SlopeAlongGradient(int[][] sources, int[][] answers, double rise = 2e-3)
    {
        var gradients = Gradients(sources, answers);
        var norm = Math.Sqrt(gradients.Sum(gradient => gradient.Sum(value => (double)value * value)));
        var step = rise / norm;
        return (norm, (Moved(step) - Moved(-step)) / (2 * step));

        double Moved(double distance)
        {
            var originals = Model.Parameters.Select(parameter => parameter.Value.ToArray()).ToArray();
            for (var p = 0; p < originals.Length; p++)
            {
                var gradient = gradients[p];
                Model.Parameters[p].Value.CopyFrom([.. originals[p].Select((value, i) => (float)(value + (distance * gradient[i] / norm)))]);
            }

            var loss = Loss(sources, answers);
            for (var p = 0; p < originals.Length; p++)
            {
                Model.Parameters[p].Value.CopyFrom(originals[p]);
            }

            return loss;
        }
    }

    public void Dispose()
    {
        Model.Dispose();
        Pool.Dispose();
        Team.Dispose();
    }

    /// <summary>Answers begin with the start token; the decoder reads all but the last token and predicts all but the first.</summary>
    private Tensor Record(Tape tape, int[][] sources, int[][] answers)
    {
        var (sourceLength, length) = (sources.Max(row => row.Length), answers.Max(row => row.Length) - 1);
        int[] targets = [.. answers.SelectMany(row => Filled(row[1..], length, Ignored))];
        var pairs = new PairBatch
        {
            Sources = sources.SelectMany(row => Filled(row, sourceLength, 0)).ToArray(),
            SourceLengths = sources.Select(row => row.Length).ToArray(),
            Inputs = answers.SelectMany(row => Filled(row[..^1], length, 0)).ToArray(),
            Targets = targets,
            Rows = sources.Length,
        };
        return Model.Loss(tape, in pairs, 1f / targets.Count(target => target != Ignored));
    }

    private static IEnumerable<int> Filled(int[] row, int length, int filler) => row.Concat(Enumerable.Repeat(filler, length - row.Length));
}

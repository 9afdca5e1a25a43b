using Gyre.Models.Architectures;
using Gyre.Models.Weights;
using Gyre.Tensors;
using Gyre.Tensors.Autodiff;
using Gyre.Tensors.Threading;

namespace Gyre.Models.Tests.Architectures;

/// <summary>The weights of a folder, ready to be trained.</summary>
internal sealed class TrainedFolder : IDisposable
{
    private const int Ignored = -100;
    private readonly ThreadTeam _team = new(2);
    private readonly TensorPool _pool = new();

    public TrainedFolder(string folder)
    {
        using var weights = SafetensorsFolder.Open(folder);
        var path = Path.Combine(folder, "config.json");
        Configuration = DecoderConfiguration.FromHuggingFace(File.ReadAllText(path), path);
        Model = TrainableDecoder.FromWeights(weights, Configuration, _pool);
    }

    public DecoderConfiguration Configuration { get; }

    public TrainableDecoder Model { get; }

    /// <summary>The mean loss of the tokens that follow.</summary>
    public double Loss(int[][] rows)
    {
        using var tape = new Tape(_team, _pool, isRecording: false);
        return Record(tape, rows).Span[0];
    }

    public float[][] Gradients(int[][] rows)
    {
        using var tape = new Tape(_team, _pool, isRecording: true);
        tape.Backward(Record(tape, rows));
        var gradients = Model.Parameters.Select(parameter => parameter.Value.Gradient?.ToArray() ?? new float[parameter.Value.Length]).ToArray();
        foreach (var parameter in Model.Parameters)
        {
            parameter.Value.ZeroGradient();
        }

        return gradients;
    }

    /// <summary>The gradient's length, and how steeply the loss rises along it.</summary>
    public (double Norm, double Slope) SlopeAlongGradient(int[][] rows)
    {
        var gradients = Gradients(rows);
        var norm = Math.Sqrt(gradients.Sum(gradient => gradient.Sum(value => (double)value * value)));
        var step = 2e-3 / norm;
        return (norm, (Moved(step) - Moved(-step)) / (2 * step));

        double Moved(double distance)
        {
            var originals = Model.Parameters.Select(parameter => parameter.Value.ToArray()).ToArray();
            for (var p = 0; p < originals.Length; p++)
            {
                var gradient = gradients[p];
                Model.Parameters[p].Value.CopyFrom([.. originals[p].Select((value, i) => (float)(value + (distance * gradient[i] / norm)))]);
            }

            var loss = Loss(rows);
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
        _pool.Dispose();
        _team.Dispose();
    }

    private Tensor Record(Tape tape, int[][] rows)
    {
        int[] targets = [.. rows.SelectMany(row => row.Select((_, i) => i == row.Length - 1 ? Ignored : row[i + 1]))];
        var scale = 1f / targets.Count(target => target != Ignored);
        return Model.Loss(tape, [.. rows.SelectMany(row => row)], targets, [], rows.Length, rows[0].Length, scale);
    }
}

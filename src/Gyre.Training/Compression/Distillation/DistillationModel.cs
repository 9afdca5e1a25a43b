using Gyre.Models.Architectures;
using Gyre.Tensors.Autodiff;
using Gyre.Training.Loop;
using Gyre.Training.Packing;

namespace Gyre.Training.Compression.Distillation;

/// <summary>Lets the loop drive a student that is held to its teacher's predictions.</summary>
/// <remarks>Owns: nothing; models and tapes stay their giver's.</remarks>
internal sealed class DistillationModel : IGradientModel
{
    private readonly TrainableDecoder _student;
    private readonly TrainableDecoder _teacher;
    private readonly DistillationOptions _options;
    private readonly Tape _recording;
    private readonly Tape _measuring;
    private readonly TapeModel _plain;

    /// <param name="student">What learns.</param>
    /// <param name="teacher">What it learns from.</param>
    /// <param name="options">How it is held to it.</param>
    /// <param name="recording">A tape that records.</param>
    /// <param name="measuring">A tape that does not.</param>
    public DistillationModel(TrainableDecoder student, TrainableDecoder teacher, DistillationOptions options, Tape recording, Tape measuring)
    {
        (_student, _teacher, _options, _recording, _measuring) = (student, teacher, options, recording, measuring);
        _plain = new TapeModel(student, recording, measuring);
    }

    public IReadOnlyList<GradientParameter> Parameters => _plain.Parameters;

    /// <summary>The mean divergence since the last call of <see cref="TakeParts"/>.</summary>
    private double Divergence { get; set; }

    private double CrossEntropy { get; set; }

    public void ZeroGradients() => _plain.ZeroGradients();

    public double Accumulate(Batch batch, float scale)
    {
        var loss = Loss(_recording, batch, scale);
        double value = loss.Span[0];
        if (double.IsFinite(value))
        {
            _recording.Backward(loss);
        }

        _recording.Reset();
        _measuring.Reset();
        return value;
    }

    public double Measure(Batch batch, float scale)
    {
        var loss = Loss(_measuring, batch, scale);
        double value = loss.Span[0];
        _measuring.Reset();
        return value;
    }

    /// <summary>The parts of the loss since the last call, by the names under which they are logged.</summary>
    public IReadOnlyDictionary<string, double> TakeParts()
    {
        var parts = new Dictionary<string, double>(StringComparer.Ordinal) { ["distill/divergence"] = Divergence };
        if (_options.LabelShare > 0)
        {
            parts["distill/cross_entropy"] = CrossEntropy;
        }

        (Divergence, CrossEntropy) = (0, 0);
        return parts;
    }

    private Gyre.Tensors.Tensor Loss(Tape tape, Batch batch, float scale)
    {
        Span<double> parts = stackalloc double[2];
        var loss = _student.DistillationLoss(
            tape, _teacher, _measuring, batch.Inputs, batch.Targets, batch.DocumentStart, batch.Rows, batch.Length, in _options, scale, parts);
        Divergence += parts[0];
        CrossEntropy += parts[1];
        return loss;
    }
}

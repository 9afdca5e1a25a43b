using Gyre.Models.Architectures;
using Gyre.Tensors.Autodiff;
using Gyre.Training.Packing;

namespace Gyre.Training.Loop;

/// <summary>Lets the loop drive a model that records its loss on a tape.</summary>
/// <remarks>Owns: nothing; the model and the tapes stay their giver's.</remarks>
internal sealed class TapeModel : IGradientModel
{
    private readonly ITrainableModel _model;
    private readonly Tape _recording;
    private readonly Tape _measuring;

    /// <param name="model">The model.</param>
    /// <param name="recording">A tape that records.</param>
    /// <param name="measuring">A tape that does not.</param>
    public TapeModel(ITrainableModel model, Tape recording, Tape measuring)
    {
        _model = model;
        _recording = recording;
        _measuring = measuring;
        Parameters = [.. model.Parameters.Select(GradientParameter.Of)];
    }

    public IReadOnlyList<GradientParameter> Parameters { get; }

    public void ZeroGradients()
    {
        foreach (var parameter in _model.Parameters)
        {
            parameter.Value.ZeroGradient();
        }
    }

    public double Accumulate(Batch batch, float scale)
    {
        var loss = _model.Loss(_recording, batch.Inputs, batch.Targets, batch.DocumentStart, batch.Rows, batch.Length, scale);
        double value = loss.Span[0];
        if (double.IsFinite(value))
        {
            _recording.Backward(loss);
        }

        _recording.Reset();
        return value;
    }

    public double Measure(Batch batch, float scale)
    {
        var loss = _model.Loss(_measuring, batch.Inputs, batch.Targets, batch.DocumentStart, batch.Rows, batch.Length, scale);
        double value = loss.Span[0];
        _measuring.Reset();
        return value;
    }
}

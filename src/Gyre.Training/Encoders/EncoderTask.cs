using Gyre.Models.Architectures;
using Gyre.Tensors.Autodiff;
using Gyre.Training.Loop;
using Gyre.Training.Packing;

namespace Gyre.Training.Encoders;

/// <summary>Training of an encoder with any head.</summary>
/// <remarks>Owns: nothing; model and tapes stay their giver's.</remarks>
internal sealed class EncoderTask : ITrainingTask
{
    private readonly TrainableEncoder _model;
    private readonly Tape _recording;
    private readonly Tape _measuring;
    private readonly IEncoderRows _rows;
    private readonly int _rowsOfPass;
    private readonly EncoderPass[] _heldOut;

    /// <param name="model">The model; what it trains is asked once.</param>
    /// <param name="recording">A tape that records.</param>
    /// <param name="measuring">A tape that does not.</param>
    /// <param name="rows">The data.</param>
    /// <param name="rowsOfPass">Rows a pass.</param>
    public EncoderTask(TrainableEncoder model, Tape recording, Tape measuring, IEncoderRows rows, int rowsOfPass)
    {
        (_model, _recording, _measuring, _rows, _rowsOfPass) = (model, recording, measuring, rows, rowsOfPass);
        _heldOut = [.. rows.HeldOut.OrderBy(row => row.Ids.Length).Chunk(rowsOfPass).Select(chunk => new EncoderPass(chunk, model.Configuration.Head))];
        Parameters = [.. model.Parameters.Select(GradientParameter.Of)];
    }

    public IReadOnlyList<GradientParameter> Parameters { get; }

    public BatchPosition Position
    {
        get => _rows.Position;
        set => _rows.Position = value;
    }

    public void ZeroGradients()
    {
        foreach (var parameter in _model.Parameters)
        {
            parameter.Value.ZeroGradient();
        }
    }

    public StepMeasure Accumulate(int step)
    {
        // Rows of like length share a pass, so that little is filled up.
        var passes = _rows.Next(step).OrderBy(row => row.Ids.Length).Chunk(_rowsOfPass).Select(rows => new EncoderPass(rows, _model.Configuration.Head)).Where(pass => pass.TargetCount > 0).ToArray();

        // Every target of the step weighs the same, however the rows are split into passes.
        var scale = 1f / passes.Sum(pass => pass.TargetCount);
        var loss = 0.0;
        foreach (var pass in passes)
        {
            var recorded = pass.Loss(_model, _recording, scale);
            double value = recorded.Span[0];
            loss += value;
            if (double.IsFinite(value))
            {
                _recording.Backward(recorded);
            }

            _recording.Reset();
        }

        return new StepMeasure(loss, passes.Sum(pass => pass.TokenCount));
    }

    public ValidationMeasure? Measure()
    {
        var (sum, targets) = (0.0, 0L);
        foreach (var pass in _heldOut.Where(pass => pass.TargetCount > 0))
        {
            sum += pass.Loss(_model, _measuring, 1f / pass.TargetCount).Span[0] * pass.TargetCount;
            targets += pass.TargetCount;
            _measuring.Reset();
        }

        return targets == 0 ? null : new ValidationMeasure(sum / targets);
    }
}

using Gyre.Contracts;
using Gyre.Training.Packing;

namespace Gyre.Training.Loop;

/// <summary>Next-token training over packed rows of token files.</summary>
/// <remarks>Owns: nothing; model and files stay their giver's.</remarks>
internal sealed class LanguageTask : ITrainingTask
{
    private readonly IGradientModel _model;
    private readonly BatchReader _reader;
    private readonly Batch[] _batches;
    private readonly Validation? _validation;

    /// <param name="model">The model.</param>
    /// <param name="train">Documents to train on.</param>
    /// <param name="validation">Held-out documents; null for none.</param>
    /// <param name="length">Positions a row.</param>
    /// <param name="rows">Rows a pass.</param>
    /// <param name="accumulation">Passes a step.</param>
    /// <param name="validationRows">At most this many held-out rows are measured.</param>
    /// <param name="order">Shuffles every pass over the documents; null reads them as they lie.</param>
    public LanguageTask(IGradientModel model, TokenFile train, TokenFile? validation, int length, int rows, int accumulation, int validationRows, SeededRandom? order)
    {
        _model = model;
        _reader = new BatchReader(train, length, order);
        _batches = [.. Enumerable.Range(0, accumulation).Select(_ => new Batch(rows, length))];
        _validation = validation is null ? null : new Validation(validation, validationRows, new Batch(rows, length));
    }

    public IReadOnlyList<GradientParameter> Parameters => _model.Parameters;

    public BatchPosition Position
    {
        get => _reader.Position;
        set => _reader.Position = value;
    }

    public void ZeroGradients() => _model.ZeroGradients();

    public StepMeasure Accumulate(int step)
    {
        var (targets, tokens) = (0, 0);
        while (targets == 0)
        {
            foreach (var batch in _batches)
            {
                _reader.Fill(batch);
                targets += batch.TargetCount;
                tokens += batch.TokenCount;
            }
        }

        // Every target of the step weighs the same, however the rows are split into passes.
        var scale = 1f / targets;
        var loss = 0.0;
        foreach (var batch in _batches)
        {
            if (batch.TargetCount > 0)
            {
                loss += _model.Accumulate(batch, scale);
            }
        }

        return new StepMeasure(loss, tokens);
    }

    public ValidationMeasure? Measure() => _validation is null ? null : new ValidationMeasure(_validation.Measure(_model));
}

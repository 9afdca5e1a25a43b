using Gyre.Contracts;
using Gyre.Models.Architectures;
using Gyre.Tensors.Autodiff;
using Gyre.Training.Loop;
using Gyre.Training.Packing;

namespace Gyre.Training.Translation;

/// <summary>Training on pairs of sentences.</summary>
/// <remarks>Owns: nothing; model and tapes stay their giver's.</remarks>
internal sealed class TranslationTask : ITrainingTask
{
    /// <summary>What held-out pairs lose as the paper reads them, whatever the form of the training.</summary>
    public const string NextTokenLoss = "next_token_loss";

    private static readonly TranslationForm Corrected = new() { Shifts = true, Masks = true, NormalizesTwice = false, LabelSmoothing = 0 };

    private readonly TrainableEncoderDecoder _model;
    private readonly Tape _recording;
    private readonly Tape _measuring;
    private readonly TranslationForm _form;
    private readonly int _pairsOfPass;
    private readonly StepOrder _order;
    private readonly IReadOnlyList<EncodedSentence> _training;
    private readonly EncodedSentence[][] _heldOut;

    /// <param name="model">The model.</param>
    /// <param name="recording">A tape that records.</param>
    /// <param name="measuring">A tape that does not.</param>
    /// <param name="recipe">Form, batch and evaluation.</param>
    /// <param name="training">Pairs to learn from.</param>
    /// <param name="validation">Held-out pairs.</param>
    public TranslationTask(
        TrainableEncoderDecoder model, Tape recording, Tape measuring, TranslationRecipe recipe, IReadOnlyList<EncodedSentence> training, IReadOnlyList<EncodedSentence> validation)
    {
        (_model, _recording, _measuring, _form, _pairsOfPass) = (model, recording, measuring, recipe.Form, recipe.Pairs);
        _training = training;
        _order = new StepOrder([.. training.Select(pair => pair.Target.Length)], recipe.Pairs * recipe.Accumulation, new SeededRandom(recipe.Loop.Seed).Fork("order"));
        _heldOut = [.. validation.Take(recipe.Loop.Evaluation.Rows).OrderBy(pair => pair.Target.Length).ThenBy(pair => pair.Source.Length).Chunk(recipe.Pairs)];
        Parameters = [.. model.Parameters.Select(GradientParameter.Of)];
    }

    public IReadOnlyList<GradientParameter> Parameters { get; }

    public BatchPosition Position
    {
        get => _order.Position;
        set => _order.Position = value;
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
        var passes = _order.Next().Chunk(_pairsOfPass).Select(indices => SentenceRows.Of([.. indices.Select(index => _training[index])], _form)).ToArray();

        // Every target of the step weighs the same, however the pairs are split into passes.
        var scale = 1f / passes.Sum(pass => pass.TargetCount);
        Use(_form);
        var loss = 0.0;
        foreach (var pass in passes)
        {
            var recorded = _model.Loss(_recording, pass.Batch, scale);
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
        var corrected = Mean(Corrected);
        var own = _form.IsCausal && !_form.NormalizesTwice ? corrected : Mean(_form with { LabelSmoothing = 0 });
        return new ValidationMeasure(own, new Dictionary<string, double>(StringComparer.Ordinal) { [NextTokenLoss] = corrected });
    }

    /// <summary>The mean loss of a form over all held-out pairs; each target weighs the same.</summary>
    private double Mean(TranslationForm form)
    {
        Use(form);
        var (sum, targets) = (0.0, 0L);
        foreach (var pairs in _heldOut)
        {
            var rows = SentenceRows.Of(pairs, form);
            sum += _model.Loss(_measuring, rows.Batch, 1f / rows.TargetCount).Span[0] * rows.TargetCount;
            targets += rows.TargetCount;
            _measuring.Reset();
        }

        return sum / targets;
    }

    private void Use(TranslationForm form)
    {
        _model.LabelSmoothing = form.LabelSmoothing;
        _model.SeesAhead = !form.Masks;
        _model.NormalizesTwice = form.NormalizesTwice;
    }
}

using Gyre.Tensors;
using Gyre.Tensors.Autodiff;

namespace Gyre.Models.Architectures.Training;

/// <content>What a pass ends in beside the loss: log-probabilities of given tokens, normed hidden values, logits, or one layer.</content>
internal sealed partial class TapeForward
{
    private Outcome _outcome;
    private float _temperature = 1f;
    private LogitsSpec? _head;
    private LayerSteps? _steps;

    private enum Outcome
    {
        Loss,
        LogProbabilities,
        Hidden,
        Logits,
    }

    /// <summary>Sees what goes into each matrix before it is multiplied.</summary>
    public Action<WeightSpec, Tensor>? InputObserver { get; set; }

    /// <summary>[N]: log p(target) of each token at a temperature, 0 without a target.</summary>
    public Tensor LogProbabilities(
        Tape tape, ReadOnlySpan<int> inputs, ReadOnlySpan<int> targets, ReadOnlySpan<int> documentStart, int batch, int length, float temperature)
    {
        _temperature = temperature;
        return RunTo(Outcome.LogProbabilities, tape, inputs, targets, documentStart, batch, length);
    }

    /// <summary>[N,C]: what the output layer reads.</summary>
    public Tensor Hidden(Tape tape, ReadOnlySpan<int> inputs, ReadOnlySpan<int> documentStart, int batch, int length) =>
        RunTo(Outcome.Hidden, tape, inputs, inputs, documentStart, batch, length);

    /// <summary>[N,V].</summary>
    public Tensor Logits(Tape tape, ReadOnlySpan<int> inputs, ReadOnlySpan<int> documentStart, int batch, int length) =>
        RunTo(Outcome.Logits, tape, inputs, inputs, documentStart, batch, length);

    /// <summary>The log-probabilities from the hidden values of the last pass that ended in them.</summary>
    public Tensor LogProbabilitiesOf(Tape tape, Tensor hidden, ReadOnlySpan<int> targets, float temperature)
    {
        _tape = tape;
        var head = _head ?? throw new InvalidOperationException("Log-probabilities of hidden values: no pass has ended in hidden values.");
        return HeadLogProbabilities(hidden, head, targets, temperature);
    }

    /// <summary>What goes into the first layer; the layers are taken down.</summary>
    public Tensor RunToLayers(Tape tape, LayerSteps steps, ReadOnlySpan<int> tokens, int batch, int length)
    {
        _steps = steps;
        try
        {
            _ = Hidden(tape, tokens, [], batch, length);
            return Of(steps.Start);
        }
        finally
        {
            _steps = null;
        }
    }

    /// <summary>Runs one layer over the residual stream of whole rows.</summary>
    public Tensor RunLayer(Tape tape, Func<IForward, Value, Value> layer, Tensor stream, ReadOnlySpan<int> tokens, int batch, int length)
    {
        _batch = _tokens;
        _batch.Set(tokens, tokens, [], batch, length, 1f);
        _hidden = null;
        Begin(tape);
        return Of(layer(this, Add(stream)));
    }

    /// <summary>The distance of the predictions of this model's hidden values from those of a teacher's; both passes have just ended in hidden values.</summary>
    public Tensor Distill(
        Tape tape, Tensor hidden, TapeForward teacher, Tensor teacherHidden, ReadOnlySpan<int> targets, in DistillationOptions options, double divisor, Span<double> parts)
    {
        _tape = tape;
        var (own, other) = (LastHead(), teacher.LastHead());
        if (PlainHead(own) is { } weight && teacher.PlainHead(other) is { } teacherWeight)
        {
            var (x, y) = (own.Scale == 1f ? hidden : Tape.Scale(hidden, own.Scale), other.Scale == 1f ? teacherHidden : teacher.Tape.Scale(teacherHidden, other.Scale));
            return tape.LinearDistillation(x, weight, y, teacherWeight, targets, in options, divisor, parts);
        }

        return tape.Distillation(HeadLogits(hidden, own), teacher.HeadLogits(teacherHidden, other), targets, in options, divisor, parts);
    }

    private LogitsSpec LastHead() => _head ?? throw new InvalidOperationException("Read the output layer: no pass has ended in hidden values.");

    /// <summary>The output layer when it is a product and nothing else; null otherwise.</summary>
    private Tensor? PlainHead(LogitsSpec logits) => logits.Head.Bias is null && logits.SoftCap == 0f ? Table(logits.Head.Weight).Dense : null;

    private Tensor RunTo(
        Outcome outcome, Tape tape, ReadOnlySpan<int> inputs, ReadOnlySpan<int> targets, ReadOnlySpan<int> documentStart, int batch, int length)
    {
        SetTokens(inputs, targets, documentStart, batch, length, 1f, predictsFirst: false);
        _outcome = outcome;
        try
        {
            return Run(tape);
        }
        finally
        {
            _outcome = Outcome.Loss;
        }
    }

    private Tensor EndIn(Tensor hidden, LogitsSpec logits)
    {
        _head = logits;
        return _outcome switch
        {
            Outcome.Hidden => hidden,
            Outcome.Logits => HeadLogits(hidden, logits),
            _ => HeadLogProbabilities(hidden, logits, _batch.Targets, _temperature),
        };
    }

    private Tensor HeadLogProbabilities(Tensor hidden, LogitsSpec logits, ReadOnlySpan<int> targets, float temperature)
    {
        if (logits.Head.Bias is null && logits.SoftCap == 0f && Table(logits.Head.Weight).Dense is { } dense)
        {
            var scale = logits.Scale / temperature;
            return Tape.LinearLogProbability(scale == 1f ? hidden : Tape.Scale(hidden, scale), dense, targets);
        }

        var values = HeadLogits(hidden, logits);
        return Tape.LogProbability(temperature == 1f ? values : Tape.Scale(values, 1f / temperature), targets);
    }

    private Tensor HeadLogits(Tensor hidden, LogitsSpec logits)
    {
        var values = Of(Linear(Add(hidden), logits.Head));
        if (logits.SoftCap != 0f)
        {
            return Tape.Scale(Tape.Tanh(Tape.Scale(values, logits.Scale / logits.SoftCap)), logits.SoftCap);
        }

        return logits.Scale == 1f ? values : Tape.Scale(values, logits.Scale);
    }
}

using Gyre.Tensors;
using Gyre.Tensors.Autodiff;

namespace Gyre.Models.Architectures;

/// <content>What losses over whole answers are made of: log-probabilities, hidden values and logits.</content>
public sealed partial class TrainableDecoder
{
    /// <summary>log p(target) of each token.</summary>
    /// <param name="tape">Records the computation, or only computes it.</param>
    /// <param name="inputs">As <see cref="Loss"/>.</param>
    /// <param name="targets">As <see cref="Loss"/>; tokens without one give 0, and their logits are not computed.</param>
    /// <param name="documentStart">As <see cref="Loss"/>.</param>
    /// <param name="batch">Rows (B).</param>
    /// <param name="length">Tokens a row (T).</param>
    /// <param name="temperature">Divides the logits.</param>
    /// <remarks>
    /// Of a model with an output layer without bias and cap the logits never exist together. With
    /// <see cref="ActivationCheckpointing"/> go back over this pass before the next one begins.
    /// <para>Shape: → [B·T], owned by the tape. Errors: as <see cref="Loss"/>.</para>
    /// </remarks>
    public Tensor LogProbabilities(
        Tape tape, ReadOnlySpan<int> inputs, ReadOnlySpan<int> targets, ReadOnlySpan<int> documentStart, int batch, int length, float temperature = 1f)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(temperature);
        Check("Compute log-probabilities", tape, inputs.Length, targets.Length, documentStart.Length, batch, length);
        return _forward.LogProbabilities(tape, inputs, targets, documentStart, batch, length, temperature);
    }

    /// <summary>log p(target) of each token from the hidden values of <see cref="Hidden"/>, so that one pass serves several heads.</summary>
    /// <param name="tape">The tape that computed the hidden values.</param>
    /// <param name="hidden">[N,C], the result of the last call of <see cref="Hidden"/> or rows of it.</param>
    /// <param name="targets">One a row, −100 for none.</param>
    /// <param name="temperature">Divides the logits.</param>
    /// <remarks>Shape: [N,C] → [N], owned by the tape. Errors: <see cref="InvalidOperationException"/> before any call of <see cref="Hidden"/>.</remarks>
    public Tensor LogProbabilitiesOf(Tape tape, Tensor hidden, ReadOnlySpan<int> targets, float temperature = 1f)
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(temperature);
        return _forward.LogProbabilitiesOf(tape, hidden, targets, temperature);
    }

    /// <summary>The values that the output layer reads, after the last norm: where reward and value heads begin.</summary>
    /// <param name="tape">Records the computation, or only computes it.</param>
    /// <param name="inputs">As <see cref="Loss"/>.</param>
    /// <param name="documentStart">As <see cref="Loss"/>.</param>
    /// <param name="batch">Rows (B).</param>
    /// <param name="length">Tokens a row (T).</param>
    /// <remarks>Shape: → [B·T,C], owned by the tape. Errors: as <see cref="Loss"/>.</remarks>
    public Tensor Hidden(Tape tape, ReadOnlySpan<int> inputs, ReadOnlySpan<int> documentStart, int batch, int length)
    {
        Check("Compute hidden values", tape, inputs.Length, inputs.Length, documentStart.Length, batch, length);
        return _forward.Hidden(tape, inputs, documentStart, batch, length);
    }

    /// <summary>The logits of every token.</summary>
    /// <param name="tape">Records the computation, or only computes it.</param>
    /// <param name="inputs">As <see cref="Loss"/>.</param>
    /// <param name="documentStart">As <see cref="Loss"/>.</param>
    /// <param name="batch">Rows (B).</param>
    /// <param name="length">Tokens a row (T).</param>
    /// <remarks>Shape: → [B·T,V], owned by the tape. Errors: as <see cref="Loss"/>.</remarks>
    public Tensor Logits(Tape tape, ReadOnlySpan<int> inputs, ReadOnlySpan<int> documentStart, int batch, int length)
    {
        Check("Compute logits", tape, inputs.Length, inputs.Length, documentStart.Length, batch, length);
        return _forward.Logits(tape, inputs, documentStart, batch, length);
    }

    /// <summary>The mean distance of this model's predictions from a teacher's, mixed with the cross-entropy of the labels.</summary>
    /// <param name="tape">Records the computation, or only computes it.</param>
    /// <param name="teacher">A model of the same vocabulary; it gets no gradient.</param>
    /// <param name="teacherTape">Computes the teacher; one that does not record. It may be reset as soon as this returns.</param>
    /// <param name="inputs">As <see cref="Loss"/>.</param>
    /// <param name="targets">As <see cref="Loss"/>; tokens without one count in neither part.</param>
    /// <param name="documentStart">As <see cref="Loss"/>.</param>
    /// <param name="batch">Rows (B).</param>
    /// <param name="length">Tokens a row (T).</param>
    /// <param name="options">Divergence, temperature, the labels' share.</param>
    /// <param name="scale">Multiplies the sum over targets, as <see cref="Loss"/>.</param>
    /// <param name="parts">Receives the divergence and the cross-entropy, each times <paramref name="scale"/>; empty for none.</param>
    /// <remarks>Shape: → one number, owned by the tape. Errors: as <see cref="Loss"/>; argument exceptions for a teacher of another vocabulary.</remarks>
    public Tensor DistillationLoss(
        Tape tape,
        TrainableDecoder teacher,
        Tape teacherTape,
        ReadOnlySpan<int> inputs,
        ReadOnlySpan<int> targets,
        ReadOnlySpan<int> documentStart,
        int batch,
        int length,
        in DistillationOptions options,
        float scale,
        Span<double> parts = default)
    {
        ArgumentNullException.ThrowIfNull(teacher);
        ArgumentNullException.ThrowIfNull(teacherTape);
        Check("Compute a distillation", tape, inputs.Length, targets.Length, documentStart.Length, batch, length);
        if (teacher.Configuration.VocabularySize != Configuration.VocabularySize || teacher.Configuration.ContextLength < length)
        {
            throw new ArgumentException(
                $"Compute a distillation: the teacher has {teacher.Configuration.VocabularySize} tokens and reads {teacher.Configuration.ContextLength}; expected {Configuration.VocabularySize} and at least {length}.", nameof(teacher));
        }

        var teacherHidden = teacher._forward.Hidden(teacherTape, inputs, documentStart, batch, length);
        var hidden = _forward.Hidden(tape, inputs, documentStart, batch, length);
        return _forward.Distill(tape, hidden, teacher._forward, teacherHidden, targets, in options, 1.0 / scale, parts);
    }

    private void Check(string operation, Tape tape, int inputs, int targets, int starts, int batch, int length)
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batch);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Configuration.ContextLength);
        var count = (long)batch * length;
        if (inputs != count || targets != count || (starts != 0 && starts != count))
        {
            throw new ArgumentException(
                $"{operation}: {inputs} inputs, {targets} targets and {starts} document starts were given; expected {count} (batch {batch} × length {length}) of each, or no document starts.",
                nameof(inputs));
        }
    }
}

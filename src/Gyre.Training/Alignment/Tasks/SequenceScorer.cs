using Gyre.Models.Architectures;
using Gyre.Tensors;
using Gyre.Tensors.Autodiff;
using Gyre.Training.Alignment.Pairs;

namespace Gyre.Training.Alignment.Tasks;

/// <summary>Log-probabilities of answers behind their prompts, token by token, and the way back from their gradients.</summary>
/// <remarks>
/// One answer a row, rows filled up behind to the longest; what fills up is not read by anything that counts.
/// Owns: nothing.
/// </remarks>
/// <param name="model">The model.</param>
/// <param name="recording">A tape that records.</param>
/// <param name="measuring">A tape that does not.</param>
internal sealed class SequenceScorer(TrainableDecoder model, Tape recording, Tape measuring)
{
    private const int Ignored = Tape.IgnoredTarget;
    private int[] _inputs = [];
    private int[] _targets = [];
    private Tensor? _recorded;
    private Tensor? _hidden;

    /// <summary>The model.</summary>
    public TrainableDecoder Model => model;

    /// <summary>The tape of <see cref="Record"/>.</summary>
    public Tape Recording => recording;

    /// <summary>ln p of every token of each answer, without a record.</summary>
    /// <param name="answers">Any number; <paramref name="rows"/> are computed at a time.</param>
    /// <param name="rows">Rows of a pass.</param>
    /// <param name="temperature">Divides the logits.</param>
    public double[][] Score(IReadOnlyList<EncodedAnswer> answers, int rows, float temperature = 1f)
    {
        var scores = new double[answers.Count][];
        foreach (var first in Enumerable.Range(0, (answers.Count + rows - 1) / rows).Select(pass => pass * rows))
        {
            EncodedAnswer[] part = [.. answers.Skip(first).Take(rows)];
            var length = Fill(part);
            var values = model.LogProbabilities(measuring, _inputs, _targets, [], part.Length, length, temperature);
            Read(values, part, length).CopyTo(scores, first);
            measuring.Reset();
        }

        return scores;
    }

    /// <summary>ln p of every token of each answer, recorded; <see cref="Backward"/> must follow before the next call.</summary>
    public double[][] Record(IReadOnlyList<EncodedAnswer> answers, float temperature = 1f)
    {
        var length = Fill(answers);
        _recorded = model.LogProbabilities(recording, _inputs, _targets, [], answers.Count, length, temperature);
        return Read(_recorded, answers, length);
    }

    /// <summary>As <see cref="Record"/>, with a head's number for every token of each answer: what it says of the tokens before.</summary>
    /// <param name="answers">The answers.</param>
    /// <param name="head">[1, C].</param>
    /// <param name="temperature">Divides the logits.</param>
    public (double[][] LogProbabilities, double[][] Values) RecordWithValues(IReadOnlyList<EncodedAnswer> answers, Tensor head, float temperature)
    {
        var length = Fill(answers);
        _hidden = model.Hidden(recording, _inputs, [], answers.Count, length);
        _recorded = model.LogProbabilitiesOf(recording, _hidden, _targets, temperature);
        var values = recording.Reshape(recording.Linear(_hidden, head), answers.Count * length);
        var read = (Read(_recorded, answers, length), Read(values, answers, length));
        _recorded = recording.Concat([_recorded, values], 0);
        return read;
    }

    /// <summary>As <see cref="RecordWithValues"/>, without a record.</summary>
    public (double[][] LogProbabilities, double[][] Values) ScoreWithValues(IReadOnlyList<EncodedAnswer> answers, Tensor head, int rows, float temperature)
    {
        var (logs, numbers) = (new List<double[]>(), new List<double[]>());
        for (var first = 0; first < answers.Count; first += rows)
        {
            EncodedAnswer[] part = [.. answers.Skip(first).Take(rows)];
            var length = Fill(part);
            var hidden = model.Hidden(measuring, _inputs, [], part.Length, length);
            logs.AddRange(Read(model.LogProbabilitiesOf(measuring, hidden, _targets, temperature), part, length));
            numbers.AddRange(Read(measuring.Reshape(measuring.Linear(hidden, head), part.Length * length), part, length));
            measuring.Reset();
        }

        return ([.. logs], [.. numbers]);
    }

    /// <summary>A head's number at the last token of each answer.</summary>
    /// <param name="answers">The answers.</param>
    /// <param name="head">[1, C].</param>
    /// <param name="isRecorded">Whether <see cref="BackwardRewards"/> follows.</param>
    public double[] Rewards(IReadOnlyList<EncodedAnswer> answers, Tensor head, bool isRecorded)
    {
        var tape = isRecorded ? recording : measuring;
        var length = Fill(answers);
        var hidden = model.Hidden(tape, _inputs, [], answers.Count, length);
        int[] last = [.. answers.Select((answer, row) => (row * length) + answer.Length - 1)];
        var rewards = tape.Linear(tape.Embedding(hidden, last), head);
        double[] values = [.. rewards.ToArray().Select(value => (double)value)];
        if (isRecorded)
        {
            _recorded = rewards;
        }
        else
        {
            tape.Reset();
        }

        return values;
    }

    /// <summary>Adds the gradient of a loss whose derivatives with respect to the recorded rewards are given.</summary>
    public void BackwardRewards(ReadOnlySpan<double> gradients)
    {
        var values = new float[gradients.Length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (float)gradients[i];
        }

        Finish(values);
    }

    /// <summary>Adds the gradient of a loss whose derivatives with respect to the recorded log-probabilities are given.</summary>
    /// <param name="answers">The recorded answers.</param>
    /// <param name="gradients">One a token of each answer.</param>
    /// <param name="valueGradients">Those of the head's numbers, when they were recorded.</param>
    public void Backward(IReadOnlyList<EncodedAnswer> answers, double[][] gradients, double[][]? valueGradients = null)
    {
        var count = _targets.Length;
        var flat = new float[valueGradients is null ? count : 2 * count];
        Spread(answers, gradients, flat.AsSpan(0, count));
        if (valueGradients is not null)
        {
            Spread(answers, valueGradients, flat.AsSpan(count));
        }

        Finish(flat);
    }

    /// <summary>Forgets what was recorded, for a loss that is not finite.</summary>
    public void Forget()
    {
        (_recorded, _hidden) = (null, null);
        recording.Reset();
    }

    private void Finish(float[] gradients)
    {
        var output = _recorded ?? throw new InvalidOperationException("Go back over recorded answers: nothing is recorded.");
        recording.Backward(output, gradients);
        Forget();
    }

    /// <summary>Writes inputs and targets of rows, and gives their length.</summary>
    private int Fill(IReadOnlyList<EncodedAnswer> answers)
    {
        var length = answers.Max(answer => answer.Length);
        (_inputs, _targets) = (new int[answers.Count * length], new int[answers.Count * length]);
        Array.Fill(_targets, Ignored);
        for (var row = 0; row < answers.Count; row++)
        {
            var (prompt, answer) = (answers[row].Prompt, answers[row].Answer);
            prompt.CopyTo(_inputs.AsSpan(row * length));
            answer.CopyTo(_inputs.AsSpan((row * length) + prompt.Length));

            // The token before the answer predicts its first one.
            answer.CopyTo(_targets.AsSpan((row * length) + prompt.Length - 1));
        }

        return length;
    }

    private static double[][] Read(Tensor values, IReadOnlyList<EncodedAnswer> answers, int length)
    {
        var flat = values.ToArray();
        return [.. answers.Select((answer, row) => flat.AsSpan((row * length) + answer.Prompt.Length - 1, answer.Answer.Length).ToArray().Select(value => (double)value).ToArray())];
    }

    private void Spread(IReadOnlyList<EncodedAnswer> answers, double[][] gradients, Span<float> destination)
    {
        var length = _targets.Length / answers.Count;
        for (var row = 0; row < answers.Count; row++)
        {
            var at = (row * length) + answers[row].Prompt.Length - 1;
            for (var i = 0; i < gradients[row].Length; i++)
            {
                destination[at + i] = (float)gradients[row][i];
            }
        }
    }
}

using Gyre.Contracts;
using Gyre.Models.Tokenizers;
using Gyre.Tensors;
using Gyre.Training.Alignment.Losses;
using Gyre.Training.Alignment.Pairs;
using Gyre.Training.Alignment.Tasks;
using Gyre.Training.Checkpoints;
using Gyre.Training.Loop;
using Gyre.Training.Packing;

namespace Gyre.Training.Alignment.Policies;

/// <summary>Learns from the model's own answers and their rewards: PPO with a value head, or GRPO.</summary>
/// <remarks>Every <see cref="PolicyOptions.StepsPerRollout"/> steps share one round of answers, which a checkpoint holds.</remarks>
internal sealed class PolicyTask : ITrainingTask
{
    /// <summary>The value head's name in checkpoints.</summary>
    public const string HeadName = "value.weight";

    private readonly PolicyParts _parts;
    private readonly PolicyOptions _options;
    private readonly ExampleOrder _order;
    private readonly RolloutStore _store;
    private readonly IReadOnlyList<int[]> _prompts;
    private Rollout? _rollout;

    public PolicyTask(PolicyParts parts)
    {
        _parts = parts;
        _options = parts.Options;
        _order = new ExampleOrder(parts.Train.Count, parts.Random);
        _prompts = [.. parts.Train.Select(prompt => prompt.Ids)];
        _store = new RolloutStore(_prompts, _options.Prompts * _options.Answers, _options.MaxTokens);
        if (parts.ValueHead is not null)
        {
            parts.ValueHead.RequiresGradient = true;
        }

        Parameters = parts.ValueHead is null ? TrainedArrays.Of(parts.Policy.Model.Parameters) : TrainedArrays.Of(parts.Policy.Model.Parameters, (HeadName, parts.ValueHead));
        State = [new StoredTensor("rollout", _store.Shape, () => _store.Numbers)];
    }

    public IReadOnlyList<GradientParameter> Parameters { get; }

    public IReadOnlyList<StoredTensor> State { get; }

    public BatchPosition Position
    {
        get => _order.Position;
        set => _order.Position = value;
    }

    public void ZeroGradients()
    {
        TrainedArrays.Zero(_parts.Policy.Model.Parameters);
        _parts.ValueHead?.ZeroGradient();
    }

    public StepMeasure Accumulate(int step)
    {
        var (round, update) = Math.DivRem(step - 1, _options.StepsPerRollout);
        var figures = new Figures();
        if (update == 0)
        {
            Collect(round);
            _rollout = Rollout.From(_store, _options, figures);
        }

        // A resumed run finds the round in the checkpoint.
        var rollout = _rollout ??= Rollout.From(_store, _options, null);
        var mine = Minibatch(round, update);
        double count = mine.Sum(i => rollout.Answers[i].Answer.Length);
        var loss = 0.0;
        foreach (var part in mine.Chunk(_parts.Rows))
        {
            loss += Learn(rollout, part, count, figures);
            if (!double.IsFinite(loss))
            {
                break;
            }
        }

        return new StepMeasure(loss, mine.Sum(i => rollout.Answers[i].Length), figures.Means());
    }

    public ValidationMeasure? Measure()
    {
        if (_parts.HeldOut.Count == 0)
        {
            return null;
        }

        var written = _parts.Sampler.Write([.. _parts.HeldOut.Select(prompt => prompt.Ids)], _options.MaxTokens, temperature: 0, _ => _parts.Random);
        var scores = _parts.Reward.Score([.. _parts.HeldOut.Select(prompt => prompt.Task)], written, [.. written.Select(Text)]);
        return new ValidationMeasure(-scores.Average(), new Dictionary<string, double>(StringComparer.Ordinal) { ["objective/scores"] = scores.Average() });
    }

    /// <summary>Writes a round of answers and notes what is known of them.</summary>
    private void Collect(int round)
    {
        int[] chosen = [.. _order.Take(_options.Prompts).SelectMany(prompt => Enumerable.Repeat(prompt, _options.Answers))];
        var source = _parts.Random.Fork($"round/{round}");
        var written = _parts.Sampler.Write([.. chosen.Select(i => _prompts[i])], _options.MaxTokens, _options.Temperature, i => source.Fork($"answer/{i}"));
        var scores = _parts.Reward.Score([.. chosen.Select(i => _parts.Train[i].Task)], written, [.. written.Select(Text)]);
        var temperature = (float)_options.Temperature;
        var (before, values) = _parts.ValueHead is { } head
            ? _parts.Policy.ScoreWithValues(written, head, _parts.Rows, temperature)
            : (_parts.Policy.Score(written, _parts.Rows, temperature), []);
        var reference = _parts.Reference(written, temperature);
        for (var i = 0; i < written.Length; i++)
        {
            var tokens = written[i].Answer;
            _store.Write(i, chosen[i], tokens, _parts.EndIds.Contains(tokens[^1]), scores[i], before[i], reference[i], values.Length > 0 ? values[i] : null);
        }
    }

    /// <summary>The answers that an update learns from.</summary>
    private int[] Minibatch(int round, int update)
    {
        var (epoch, part) = Math.DivRem(update, _options.Minibatches);
        int[] order = [.. Enumerable.Range(0, _store.Count)];
        _parts.Random.Fork($"updates/{round}/{epoch}").Shuffle<int>(order);
        var (first, after) = (order.Length * part / _options.Minibatches, order.Length * (part + 1) / _options.Minibatches);
        return order[first..after];
    }

    private double Learn(Rollout rollout, int[] part, double count, Figures figures)
    {
        EncodedAnswer[] answers = [.. part.Select(i => rollout.Answers[i])];
        double[][] values = [];
        var now = _parts.ValueHead is { } head
            ? Split(_parts.Policy.RecordWithValues(answers, head, (float)_options.Temperature), out values)
            : _parts.Policy.Record(answers, (float)_options.Temperature);
        var loss = 0.0;
        double[][] gradients = [.. now.Select(row => new double[row.Length])];
        double[][] valueGradients = [.. values.Select(row => new double[row.Length])];
        for (var row = 0; row < part.Length; row++)
        {
            var i = part[row];
            for (var t = 0; t < now[row].Length; t++)
            {
                loss += (_options.HasValueHead
                    ? WithValue(rollout, i, t, now[row][t], values[row][t], count, out gradients[row][t], out valueGradients[row][t], figures)
                    : InGroup(rollout, i, t, now[row][t], count, out gradients[row][t], figures)) / count;
            }
        }

        if (double.IsFinite(loss))
        {
            _parts.Policy.Backward(answers, gradients, _options.HasValueHead ? valueGradients : null);
        }
        else
        {
            _parts.Policy.Forget();
        }

        return loss;
    }

    private double WithValue(Rollout rollout, int i, int t, double now, double value, double count, out double gradient, out double valueGradient, Figures figures)
    {
        var policy = ClippedPolicyLoss.Compute(now, rollout.Before[i][t], rollout.Advantages[i][t], _options.Clip, _options.Clip);
        var expected = ClippedValueLoss.Compute(value, rollout.Values[i][t], rollout.Returns[i][t], _options.ValueClip);
        (gradient, valueGradient) = (policy.Gradient / count, _options.ValueWeight * expected.Gradient / count);
        var moved = now - rollout.Before[i][t];
        figures.Add("policy/approxkl_avg", 0.5 * moved * moved);
        figures.Add("policy/clipfrac_avg", policy.IsClipped ? 1 : 0);
        figures.Add("loss/policy_avg", policy.Loss);
        figures.Add("loss/value_avg", expected.Loss);
        figures.Add("val/clipfrac_avg", expected.IsClipped ? 1 : 0);
        figures.Add("val/ratio", policy.Ratio);
        return policy.Loss + (_options.ValueWeight * expected.Loss);
    }

    private double InGroup(Rollout rollout, int i, int t, double now, double count, out double gradient, Figures figures)
    {
        var outcome = GroupPolicyLoss.Compute(_options.Group, now, rollout.Before[i][t], rollout.Reference[i][t], rollout.Advantages[i][t]);
        gradient = outcome.Gradient / count;
        figures.Add("clip_ratio", outcome.IsClipped ? 1 : 0);
        if (_options.Group.Beta > 0)
        {
            figures.Add("kl", outcome.Divergence);
        }

        return outcome.Loss;
    }

    private string Text(EncodedAnswer answer) => Text(_parts.Tokenizer, _parts.EndIds, answer);

    /// <summary>What an answer says, without its end token.</summary>
    internal static string Text(ITokenizer tokenizer, IReadOnlyList<int> endIds, EncodedAnswer answer)
    {
        var ids = answer.Answer.AsSpan();
        return tokenizer.Decode(ids.Length > 0 && endIds.Contains(ids[^1]) ? ids[..^1] : ids);
    }

    private static double[][] Split((double[][] LogProbabilities, double[][] Values) both, out double[][] values)
    {
        values = both.Values;
        return both.LogProbabilities;
    }
}

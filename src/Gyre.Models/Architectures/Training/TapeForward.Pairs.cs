using Gyre.Tensors;
using Gyre.Tensors.Autodiff;

namespace Gyre.Models.Architectures.Training;

/// <content>Networks that read a source: both passes over a batch of pairs, and attention with learned biases.</content>
internal sealed partial class TapeForward
{
    private readonly TrainingBatch _sources = new();
    private readonly List<CheckpointBody?> _sourceLayers = [];
    private readonly List<(Tensor Keys, Tensor Values)> _kept = [];
    private readonly Dictionary<SinusoidalPositions, Tensor> _sinusoids = [];
    private Tensor? _flags;

    /// <summary>The share of a target's weight that all ids get alike; 0 for none.</summary>
    public float LabelSmoothing { get; set; }

    /// <summary>Answers' tokens see those that follow: no causal mask.</summary>
    public bool SeesAhead { get; set; }

    /// <summary>The loss takes softmaxes for logits.</summary>
    public bool NormalizesTwice { get; set; }

    /// <summary>The loss of answers to sources.</summary>
    public Tensor Loss(Tape tape, in PairBatch pairs, float scale)
    {
        _sources.SetSources(pairs.Sources, pairs.SourceLengths, pairs.Rows, pairs.SourceLength);
        _tokens.Set(pairs.Inputs, pairs.Targets, default, pairs.Rows, pairs.Length, scale);
        _hidden = null;
        _kept.Clear();
        Begin(tape);
        _batch = _sources;
        ((IEncoderDecoderArchitecture)_architecture).Encode(this);
        _batch = _tokens;
        return Of(_architecture.Forward(this));
    }

    /// <summary>The logits after every input of answers to sources.</summary>
    public Tensor Logits(Tape tape, in PairBatch pairs)
    {
        _outcome = Outcome.Logits;
        try
        {
            return Loss(tape, in pairs, 1);
        }
        finally
        {
            _outcome = Outcome.Loss;
        }
    }

    public void Keep(Value keys, Value values, AttentionSpec attention)
    {
        while (_kept.Count <= attention.Layer)
        {
            _kept.Add(default);
        }

        _kept[attention.Layer] = (AsHeads(keys, attention), AsHeads(values, attention));
    }

    public Value AttendSource(Value queries, AttentionSpec attention)
    {
        var (keys, values) = _kept[attention.Layer];
        var q = Tape.Reshape(Of(queries), _batch.Rows, _batch.Length, attention.Heads, attention.HeadWidth);
        var options = new AttentionOptions { IsCausal = false, Scale = attention.Scale, SoftCap = attention.SoftCap };
        var output = Tape.Attention(q, keys, values, in options, _sources.FirstSourceKeys(_batch.Length));
        return Add(Tape.Reshape(output, _batch.Rows * _batch.Length, attention.QueryWidth));
    }

    private Tensor AsHeads(Value value, AttentionSpec attention) =>
        Tape.Reshape(Of(value), _batch.Rows, _batch.Length, attention.KeyValueHeads, attention.HeadWidth);

    /// <summary>A layer that is computed again in the backward pass, of either pass.</summary>
    private Value PairLayer(int layer, Value input, Func<IForward, Value, Value> body)
    {
        var batch = _batch;
        var readsSource = batch == _tokens;
        var layers = readsSource ? _layers : _sourceLayers;
        while (layers.Count <= layer)
        {
            layers.Add(null);
        }

        layers[layer] ??= (_, inputs) =>
        {
            var before = _batch;
            _batch = batch;
            if (inputs.Length > 1)
            {
                _kept[layer] = (inputs[1], inputs[2]);
            }

            var result = Of(body(this, Add(inputs[0])));
            _batch = before;
            return result;
        };
        return Add(readsSource
            ? Tape.Checkpoint([Of(input), _kept[layer].Keys, _kept[layer].Values], layers[layer]!) // Assigned in the line before.
            : Tape.Checkpoint([Of(input)], layers[layer]!)); // As above.
    }

    /// <summary>Attention with scores that a learned table adds to; the fused one has no gradient of biases.</summary>
    private Tensor AttendRelative(Tensor queries, Tensor keys, Tensor values, AttentionSpec attention)
    {
        if (attention.Heads != attention.KeyValueHeads || attention.SoftCap != 0f)
        {
            throw new NotSupportedException("Attention with relative positions: found shared key heads or a soft cap; expected a key head for each query head and no cap.");
        }

        var scores = Tape.MatMul(ByHead(Tape.Scale(queries, attention.Scale)), ByHead(keys), transposesB: true);
        var weights = Tape.Softmax(Tape.Add(scores, ScoreBias(attention)));
        var output = Tape.Permute(Tape.MatMul(weights, ByHead(values)), 0, 2, 1, 3);
        return Tape.Reshape(output, _batch.Rows * _batch.Length, attention.QueryWidth);
    }

    private Tensor ByHead(Tensor x) => Tape.Permute(x, 0, 2, 1, 3);

    /// <summary>[B, H, T, T]: the table's numbers, and −∞ where nothing is seen. Made for each layer, so that gradients add up alike when layers are computed again.</summary>
    private Tensor ScoreBias(AttentionSpec attention)
    {
        var relative = attention.Relative!; // The caller checked.
        var length = _batch.Length;
        var buckets = new int[length * length];
        for (var i = 0; i < buckets.Length; i++)
        {
            buckets[i] = relative.Bucket((i % length) - (i / length));
        }

        var table = Tape.Reshape(Table(relative.Table).Rows(Tape, buckets), length, length, relative.Heads);
        return Tape.Add(Tape.Permute(table, 2, 0, 1), Hidden(attention));
    }

    /// <summary>[B, 1, T, T]: 0 where a token sees a key, −∞ elsewhere.</summary>
    private Tensor Hidden(AttentionSpec attention)
    {
        var (rows, length) = (_batch.Rows, _batch.Length);
        var first = _batch.FirstKeys(attention.Window);
        var flags = new int[rows * length * length];
        for (var i = 0; i < flags.Length; i++)
        {
            var (row, key) = Math.DivRem(i, length);
            var isSeen = key >= first[row] && (!attention.IsCausal || key <= row % length);
            flags[i] = isSeen ? 0 : 1;
        }

        return Tape.Reshape(Tape.Embedding(Flags(), flags), rows, 1, length, length);
    }

    /// <summary>(1 − ε)·loss + ε·(the mean over all ids of their losses), summed over the same targets.</summary>
    private Tensor Smoothed(Tensor loss, Tensor logits)
    {
        var targets = _batch.Targets;
        var counts = new int[targets.Length];
        for (var i = 0; i < counts.Length; i++)
        {
            counts[i] = targets[i] == Tape.IgnoredTarget ? 0 : 2;
        }

        var counted = Tape.Reshape(Tape.Embedding(Flags(), counts), counts.Length);
        var means = Tape.Reshape(Tape.Mean(Tape.LogSoftmax(logits), [-1]), counts.Length);
        var uniform = Tape.Scale(Tape.Sum(Tape.Multiply(means, counted)), -_batch.Scale * LabelSmoothing);
        return Tape.Add(Tape.Scale(loss, 1 - LabelSmoothing), uniform);
    }

    /// <summary>0, −∞ and 1, one a row: gathered by index they make masks that live as long as the tape's other tensors.</summary>
    private Tensor Flags()
    {
        if (_flags is null)
        {
            _flags = _pool.Rent(3, 1);
            (_flags.Span[0], _flags.Span[1], _flags.Span[2]) = (0, float.NegativeInfinity, 1);
        }

        return _flags;
    }

    private Tensor Sinusoids(SinusoidalPositions positions)
    {
        if (!_sinusoids.TryGetValue(positions, out var table))
        {
            _sinusoids.Add(positions, table = _pool.Rent(positions.Count, positions.Width));
            positions.Fill(table.Span);
        }

        return table;
    }

    private void DisposeConstants()
    {
        _flags?.Dispose();
        foreach (var table in _sinusoids.Values)
        {
            table.Dispose();
        }
    }
}

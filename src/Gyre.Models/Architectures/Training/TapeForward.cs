using Gyre.Tensors;
using Gyre.Tensors.Autodiff;
using Gyre.Tensors.Kernels;

namespace Gyre.Models.Architectures.Training;

/// <summary>The training executor: runs the forward pass of an architecture on a tape, over all tokens of a batch at once.</summary>
internal sealed partial class TapeForward : IForward, IDisposable
{
    private readonly IArchitecture _architecture;
    private readonly Tensor[] _weights;
    private readonly ITapeWeight[] _stored;
    private readonly TensorPool _pool;
    private readonly TrainingBatch _tokens = new();
    private readonly List<Tensor> _values = [];
    private readonly Dictionary<RotaryFrequencies, RotaryTensors> _rotaries = [];
    private readonly Dictionary<IReadOnlyList<float>, AlibiTensors> _slopes = new(ReferenceEqualityComparer.Instance);
    private readonly List<CheckpointBody?> _layers = [];
    private TrainingBatch _batch;
    private Tensor? _hidden;
    private Tape? _tape;
    private long _pass;

    public TapeForward(IArchitecture architecture, Tensor[] weights, TensorPool pool)
    {
        _architecture = architecture;
        _weights = weights;
        _stored = [.. weights.Select(weight => new DenseWeight(weight))];
        _pool = pool;
        _batch = _tokens;
    }

    /// <summary>Whether the backward pass computes a layer again instead of keeping its results.</summary>
    public bool RecomputesLayers { get; set; }

    /// <summary>An adapter over the weights; null for none.</summary>
    public ITapeOverlay? Overlay { get; set; }

    private Tape Tape => _tape ?? throw new InvalidOperationException("An operation of a forward pass was called outside of one.");

    /// <summary>How a matrix or table of the network is computed with, without an adapter.</summary>
    public ITapeWeight Stored(int index) => _stored[index];

    /// <summary>Computes with something else instead of a matrix or table: an encoding, or a stand-in that training is to get used to.</summary>
    public void Store(int index, ITapeWeight weight) => _stored[index] = weight;

    public Tensor Loss(
        Tape tape, ReadOnlySpan<int> inputs, ReadOnlySpan<int> targets, ReadOnlySpan<int> documentStart, int batch, int length, float scale)
    {
        SetTokens(inputs, targets, documentStart, batch, length, scale, Overlay?.PredictsFirst == true);
        return Run(tape);
    }

    /// <summary>The loss of listed tokens of whole sequences.</summary>
    public Tensor Loss(Tape tape, in WholeRows rows, int batch, int length, float scale)
    {
        _batch = _tokens;
        _batch.Set(rows, batch, length, scale);
        _hidden = Padding.Hide(tape, _pool, rows.Lengths, length);
        return Run(tape);
    }

    public Value Embed(EmbeddingSpec embedding)
    {
        var positions = embedding.Positions is null
            ? null
            : Table(embedding.Positions).Rows(Tape, _batch.PositionsFrom(embedding.FirstPosition));
        if (embedding.Tokens is null)
        {
            return Add(positions ?? throw new InvalidOperationException("Embed: neither tokens nor positions were given."));
        }

        var tokens = _batch.HasVirtual ? Prompted(embedding) : Table(embedding.Tokens).Rows(Tape, _batch.Inputs);
        tokens = embedding.Scale == 1f ? tokens : Tape.Scale(tokens, embedding.Scale);
        tokens = positions is null ? tokens : Tape.Add(tokens, positions);
        tokens = embedding.Types is null ? tokens : Tape.Add(tokens, Table(embedding.Types).Rows(Tape, _batch.Types));
        return Add(embedding.Sinusoids is null ? tokens : Tape.Add(tokens, Tape.Embedding(Sinusoids(embedding.Sinusoids), _batch.Positions)));
    }

    public Value Layer(int layer, Value input, Func<IForward, Value, Value> body)
    {
        if (_steps is not null)
        {
            _steps.Take(layer, input, body);
            return input;
        }

        if (!RecomputesLayers)
        {
            return body(this, input);
        }

        if (_architecture is IEncoderDecoderArchitecture)
        {
            return PairLayer(layer, input, body);
        }

        while (_layers.Count <= layer)
        {
            _layers.Add(null);
        }

        _layers[layer] ??= (_, inputs) => Of(body(this, Add(inputs[0])));
        return Add(Tape.Checkpoint([Of(input)], _layers[layer]!)); // Assigned in the line before.
    }

    public Value Norm(Value input, NormSpec norm) => Add(Normed(Of(input), norm));

    public Value Linear(Value input, Projection projection, ActivationFunction activation) =>
        Add(Tape.Activate(Of(Linear(input, projection)), activation));

    public (Value Queries, Value Keys, Value Values) Project(Value input, Projection queries, Projection keys, Projection values) =>
        (Linear(input, queries), Linear(input, keys), Linear(input, values));

    public Value Attend(Value queries, Value keys, Value values, AttentionSpec attention)
    {
        var q = Heads(queries, attention.Heads, attention, attention.QueryNorm);
        var k = Heads(keys, attention.KeyValueHeads, attention, attention.KeyNorm);
        var v = Tape.Reshape(Of(values), _batch.Rows, _batch.Length, attention.KeyValueHeads, attention.HeadWidth);
        if (_batch.HasVirtual && Overlay?.Prefix(Tape, attention.Layer) is { } prefix)
        {
            (k, v) = (Prefixed(k, prefix.Keys), Prefixed(v, prefix.Values));
        }

        if (attention.Relative is not null)
        {
            return Add(AttendRelative(q, k, v, attention));
        }

        var options = new AttentionOptions { IsCausal = attention.IsCausal && !SeesAhead, Scale = attention.Scale, SoftCap = attention.SoftCap };
        var output = Tape.Attention(q, k, v, in options, _batch.FirstKeys(attention.Window), _hidden ?? Alibi(attention.AlibiSlopes));
        return Add(Tape.Reshape(output, _batch.Rows * _batch.Length, attention.QueryWidth));
    }

    public Value AddProjected(Value residual, Value input, Projection projection)
    {
        InputObserver?.Invoke(projection.Weight, Of(input));
        return Add(Table(projection.Weight).Linear(Input(input), Bias(projection), Of(residual)));
    }

    public Value Add(Value residual, Value addend) => Add(Tape.Add(Of(residual), Of(addend)));

    public Value Gated(Value input, Projection gate, Projection up, ActivationFunction activation)
    {
        var (g, u) = (Of(Linear(input, gate)), Of(Linear(input, up)));
        return Add(activation switch
        {
            ActivationFunction.Silu => Tape.SwiGlu(g, u),
            ActivationFunction.Gelu => Tape.GeGlu(g, u, isApproximate: false),
            ActivationFunction.GeluTanh => Tape.GeGlu(g, u, isApproximate: true),
            _ => Tape.Multiply(Tape.Activate(g, activation), u),
        });
    }

    public Value Gather(Value input) => _batch.Wanted is { } wanted ? Add(Tape.Embedding(Of(input), wanted)) : input;

    public Value Result(Value input) => input;

    /// <summary>In training what is wanted of the logits is their loss, unless the pass was asked to end in something else.</summary>
    public Value Logits(Value input, LogitsSpec logits)
    {
        if (_outcome != Outcome.Loss)
        {
            return Add(EndIn(Of(input), logits));
        }

        var divisor = 1.0 / _batch.Scale;
        var head = logits.Head;
        if (head.Bias is null && logits.SoftCap == 0f && LabelSmoothing == 0f && !NormalizesTwice)
        {
            var rows = logits.Scale == 1f ? Of(input) : Tape.Scale(Of(input), logits.Scale);
            if (Table(head.Weight).CrossEntropy(Tape, rows, _batch.Targets, divisor) is { } fused)
            {
                return Add(fused);
            }
        }

        var values = HeadLogits(Of(input), logits);
        values = NormalizesTwice ? Tape.Softmax(values) : values;
        var loss = Tape.CrossEntropy(values, _batch.Targets, default, divisor);
        return Add(LabelSmoothing == 0f ? loss : Smoothed(loss, values));
    }

    public void Dispose()
    {
        foreach (var rotary in _rotaries.Values)
        {
            rotary.Dispose();
        }

        foreach (var slopes in _slopes.Values)
        {
            slopes.Dispose();
        }

        DisposeConstants();
    }

    private Tensor Run(Tape tape)
    {
        Begin(tape);
        return Of(_architecture.Forward(this));
    }

    private void Begin(Tape tape)
    {
        _values.Clear();
        _tape = tape;
        _pass++;
        Overlay?.Begin(tape);
    }

    private Tensor Heads(Value value, int heads, AttentionSpec attention, NormSpec? norm)
    {
        var x = Tape.Reshape(Of(value), _batch.Rows, _batch.Length, heads, attention.HeadWidth);
        if (norm is not null)
        {
            x = Normed(x, norm);
        }

        if (attention.Rotary is not { } frequencies)
        {
            return x;
        }

        if (!_rotaries.TryGetValue(frequencies, out var tables))
        {
            _rotaries.Add(frequencies, tables = new RotaryTensors(frequencies, _pool));
        }

        var (cosines, sines) = tables.For(_batch.LongestDocument);
        return Tape.Rope(x, cosines, sines, _batch.Positions);
    }

    private Tensor? Alibi(IReadOnlyList<float> slopes)
    {
        if (slopes.Count == 0)
        {
            return null;
        }

        if (!_slopes.TryGetValue(slopes, out var tensors))
        {
            _slopes.Add(slopes, tensors = new AlibiTensors(slopes, _pool));
        }

        return tensors.For(_batch.Length);
    }

    private Tensor Normed(Tensor x, NormSpec norm) => norm.Centres
        ? Tape.LayerNorm(x, Weight(norm.Gain), norm.Bias is null ? null : Weight(norm.Bias), norm.Epsilon)
        : Tape.RmsNorm(x, Weight(norm.Gain), norm.Epsilon);

    private Value Linear(Value input, Projection projection)
    {
        InputObserver?.Invoke(projection.Weight, Of(input));
        return Add(Table(projection.Weight).Linear(Input(input), Bias(projection), null));
    }

    /// <summary>A gain or bias.</summary>
    private Tensor Weight(WeightSpec spec) => Overlay?.Vector(spec.Index) ?? _weights[spec.Index];

    /// <summary>A matrix or table.</summary>
    private ITapeWeight Table(WeightSpec spec) => Overlay?.Weight(spec.Index) ?? _stored[spec.Index];

    private TapeInput Input(Value value) => new(Tape, Of(value), _pass, value.Index);

    private Tensor? Bias(Projection projection) => projection.Bias is null ? null : Weight(projection.Bias);

    private Tensor Of(Value value) => _values[value.Index];

    private Value Add(Tensor tensor)
    {
        _values.Add(tensor);
        return new Value(_values.Count - 1);
    }
}

using Gyre.Tensors;
using Gyre.Tensors.Autodiff;

namespace Gyre.Models.Architectures.Training;

/// <summary>The training executor: runs the forward pass of an architecture on a tape, over all tokens of a batch at once.</summary>
internal sealed class TapeForward : IForward, IDisposable
{
    private readonly IArchitecture _architecture;
    private readonly Tensor[] _weights;
    private readonly TensorPool _pool;
    private readonly TrainingBatch _batch = new();
    private readonly List<Tensor> _values = [];
    private readonly Dictionary<RotaryFrequencies, RotaryTensors> _rotaries = [];
    private readonly List<CheckpointBody?> _layers = [];
    private Tape? _tape;

    public TapeForward(IArchitecture architecture, Tensor[] weights, TensorPool pool)
    {
        _architecture = architecture;
        _weights = weights;
        _pool = pool;
    }

    /// <summary>Whether the backward pass computes a layer again instead of keeping its results.</summary>
    public bool RecomputesLayers { get; set; }

    private Tape Tape => _tape ?? throw new InvalidOperationException("An operation of a forward pass was called outside of one.");

    public Tensor Loss(
        Tape tape, ReadOnlySpan<int> inputs, ReadOnlySpan<int> targets, ReadOnlySpan<int> documentStart, int batch, int length, float scale)
    {
        _batch.Set(inputs, targets, documentStart, batch, length, scale);
        _values.Clear();
        _tape = tape;
        return Of(_architecture.Forward(this));
    }

    public Value Embed(WeightSpec table) => Add(Tape.Embedding(Weight(table), _batch.Inputs));

    public Value Layer(int layer, Value input, Func<IForward, Value, Value> body)
    {
        if (!RecomputesLayers)
        {
            return body(this, input);
        }

        while (_layers.Count <= layer)
        {
            _layers.Add(null);
        }

        _layers[layer] ??= (_, inputs) => Of(body(this, Add(inputs[0])));
        return Add(Tape.Checkpoint([Of(input)], _layers[layer]!)); // Assigned in the line before.
    }

    public Value RmsNorm(Value input, WeightSpec gain, float epsilon) =>
        Add(Tape.RmsNorm(Of(input), Weight(gain), epsilon));

    public (Value Queries, Value Keys, Value Values) Project(Value input, Projection queries, Projection keys, Projection values) =>
        (Linear(input, queries), Linear(input, keys), Linear(input, values));

    public Value Attend(Value queries, Value keys, Value values, AttentionSpec attention)
    {
        var q = Heads(queries, attention.Heads, attention, attention.QueryNorm);
        var k = Heads(keys, attention.KeyValueHeads, attention, attention.KeyNorm);
        var v = Tape.Reshape(Of(values), _batch.Rows, _batch.Length, attention.KeyValueHeads, attention.HeadWidth);
        var options = new AttentionOptions { IsCausal = true, Scale = attention.Scale };
        var output = Tape.Attention(q, k, v, in options, _batch.FirstKeys(attention.Window));
        return Add(Tape.Reshape(output, _batch.Rows * _batch.Length, attention.QueryWidth));
    }

    public Value AddProjected(Value residual, Value input, Projection projection) =>
        Add(Tape.Linear(Of(input), Weight(projection.Weight), Bias(projection), Of(residual)));

    public Value Gated(Value input, Projection gate, Projection up) =>
        Add(Tape.SwiGlu(Of(Linear(input, gate)), Of(Linear(input, up))));

    /// <summary>In training what is wanted of the logits is their loss.</summary>
    public Value Logits(Value input, Projection head)
    {
        var divisor = 1.0 / _batch.Scale;
        return Add(head.Bias is null
            ? Tape.LinearCrossEntropy(Of(input), Weight(head.Weight), _batch.Targets, default, divisor)
            : Tape.CrossEntropy(Of(Linear(input, head)), _batch.Targets, default, divisor));
    }

    public void Dispose()
    {
        foreach (var rotary in _rotaries.Values)
        {
            rotary.Dispose();
        }
    }

    private Tensor Heads(Value value, int heads, AttentionSpec attention, WeightSpec? norm)
    {
        var x = Tape.Reshape(Of(value), _batch.Rows, _batch.Length, heads, attention.HeadWidth);
        if (norm is not null)
        {
            x = Tape.RmsNorm(x, Weight(norm), attention.NormEpsilon);
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

    private Value Linear(Value input, Projection projection) =>
        Add(Tape.Linear(Of(input), Weight(projection.Weight), Bias(projection)));

    private Tensor Weight(WeightSpec spec) => _weights[spec.Index];

    private Tensor? Bias(Projection projection) => projection.Bias is null ? null : Weight(projection.Bias);

    private Tensor Of(Value value) => _values[value.Index];

    private Value Add(Tensor tensor)
    {
        _values.Add(tensor);
        return new Value(_values.Count - 1);
    }
}

using Gyre.Contracts;
using Gyre.Models.Architectures;
using Gyre.Tensors;
using Gyre.Tensors.Autodiff;

namespace Gyre.Models.Adapters.Training;

/// <summary>Embeddings of virtual tokens, and what is between them and the base: nothing, linear layers, or recurrent ones and linear ones.</summary>
/// <remarks>
/// Owns: its tensors, until disposed.
/// <para>Source: Liu et al. 2021 (P-tuning), Li and Liang 2021 (prefix tuning); layers and names of PEFT 0.13.</para>
/// </remarks>
internal sealed class PromptNetwork : IDisposable
{
    private readonly SoftPromptShape _shape;
    private readonly TensorPool _pool;
    private readonly List<Parameter> _parameters = [];
    private readonly List<(Tensor Weight, Tensor Bias)> _layers = [];
    private readonly List<RecurrentLayer> _recurrent = [];

    public PromptNetwork(SoftPromptShape shape, TensorPool pool)
    {
        (_shape, _pool) = (shape, pool);
        Embedding = Train("prompt_encoder.embedding.weight", shape.Tokens, shape.EmbeddingWidth);
        if (shape.Inner == 0)
        {
            return;
        }

        var (inputs, inner) = (shape.EmbeddingWidth, shape.Inner);
        if (inputs != shape.Width)
        {
            AddLinear("transform.0", inputs, inner);
            AddLinear("transform.2", inner, shape.Width);
            return;
        }

        for (var layer = 0; layer < shape.Layers; layer++)
        {
            _recurrent.Add(new RecurrentLayer(Direction(layer, ""), Direction(layer, "_reverse")));
        }

        var wide = shape.Layers > 0 ? 2 * inner : inner;
        AddLinear("mlp_head.0", shape.Layers > 0 ? wide : inputs, wide);
        if (shape.Layers == 0)
        {
            AddLinear("mlp_head.2", wide, wide);
        }

        AddLinear(shape.Layers > 0 ? "mlp_head.2" : "mlp_head.4", wide, shape.Width);
    }

    /// <summary>[tokens, own width].</summary>
    public Tensor Embedding { get; }

    public IReadOnlyList<Parameter> Parameters => _parameters;

    /// <summary>Normal embeddings; uniform layers within one over the root of their inputs, recurrent ones of their outputs.</summary>
    public void Initialise(SeededRandom random)
    {
        foreach (var parameter in _parameters)
        {
            var source = random.Fork(parameter.Name);
            var bound = parameter.Name.Contains("lstm", StringComparison.Ordinal) ? 1f / MathF.Sqrt(_shape.Inner) : 1f / MathF.Sqrt(InputsOf(parameter));
            foreach (ref var value in parameter.Value.Span)
            {
                value = parameter.Value == Embedding ? (float)source.NextGaussian() : ((2f * source.NextSingle()) - 1f) * bound;
            }
        }
    }

    /// <summary>[tokens, width].</summary>
    public Tensor Compute(Tape tape)
    {
        var x = Embedding;
        foreach (var layer in _recurrent)
        {
            x = layer.Compute(tape, x, _shape.Inner);
        }

        for (var i = 0; i < _layers.Count; i++)
        {
            x = tape.Linear(x, _layers[i].Weight, _layers[i].Bias);
            x = i == _layers.Count - 1 ? x : _shape.Width == _shape.EmbeddingWidth ? tape.Relu(x) : tape.Tanh(x);
        }

        return x;
    }

    public void Dispose() => _parameters.ForEach(parameter => parameter.Value.Dispose());

    private int InputsOf(Parameter parameter)
    {
        var (weight, bias) = _layers.Find(layer => layer.Weight == parameter.Value || layer.Bias == parameter.Value);
        return weight is null || bias is null ? 1 : weight.Shape[1];
    }

    private RecurrentDirection Direction(int layer, string end)
    {
        var (name, inputs) = ($"prompt_encoder.lstm_head.{{0}}_l{layer}{end}", layer == 0 ? _shape.EmbeddingWidth : 2 * _shape.Inner);
        var culture = System.Globalization.CultureInfo.InvariantCulture;
        return new RecurrentDirection(
            Train(string.Format(culture, name, "weight_ih"), 4 * _shape.Inner, inputs),
            Train(string.Format(culture, name, "weight_hh"), 4 * _shape.Inner, _shape.Inner),
            Train(string.Format(culture, name, "bias_ih"), 4 * _shape.Inner),
            Train(string.Format(culture, name, "bias_hh"), 4 * _shape.Inner),
            IsReversed: end.Length > 0);
    }

    private void AddLinear(string name, int inputs, int outputs) => _layers.Add(
        (Train($"prompt_encoder.{name}.weight", outputs, inputs), Train($"prompt_encoder.{name}.bias", outputs)));

    private Tensor Train(string name, params ReadOnlySpan<int> shape)
    {
        var tensor = _pool.Rent(shape);
        tensor.RequiresGradient = true;
        _parameters.Add(new Parameter(name, tensor, Decays: shape.Length > 1));
        return tensor;
    }

    /// <summary>A recurrent layer over the tokens in both directions.</summary>
    private sealed record RecurrentLayer(RecurrentDirection Forward, RecurrentDirection Backward)
    {
        public Tensor Compute(Tape tape, Tensor x, int width) =>
            tape.Concat([Forward.Compute(tape, x, width), Backward.Compute(tape, x, width)], 1);
    }

    /// <summary>Long short-term memory over the tokens in one direction. Gates in the order input, forget, cell, output.</summary>
    private sealed record RecurrentDirection(Tensor Inputs, Tensor States, Tensor InputBias, Tensor StateBias, bool IsReversed)
    {
        public Tensor Compute(Tape tape, Tensor x, int width)
        {
            var tokens = x.Shape[0];
            var given = tape.Linear(x, Inputs, InputBias);
            var (state, cell) = (TapeValues.Zeros(tape, 1, width), TapeValues.Zeros(tape, 1, width));
            var states = new Tensor[tokens];
            for (var step = 0; step < tokens; step++)
            {
                var t = IsReversed ? tokens - 1 - step : step;
                var gates = tape.Linear(state, States, StateBias, tape.Contiguous(tape.Slice(given, 0, t, 1)));
                var kept = tape.Multiply(tape.Sigmoid(tape.Slice(gates, 1, width, width)), cell);
                var added = tape.Multiply(tape.Sigmoid(tape.Slice(gates, 1, 0, width)), tape.Tanh(tape.Slice(gates, 1, 2 * width, width)));
                cell = tape.Add(kept, added);
                state = tape.Multiply(tape.Sigmoid(tape.Slice(gates, 1, 3 * width, width)), tape.Tanh(cell));
                states[t] = state;
            }

            return tape.Concat(states, 0);
        }
    }
}

using Gyre.Tensors.Kernels;
using Gyre.Tensors.Quantization;
using Gyre.Tensors.Threading;

namespace Gyre.Models.Architectures.Engine;

/// <summary>The generation executor: records the forward pass of an architecture as a plan.</summary>
/// <remarks>
/// A norm and a choice of rows are no steps: the matrix products that read them norm and choose their input themselves
/// (<see cref="MatrixInput"/>). They become one (<see cref="NormStep"/>) when something else needs their rows: a
/// residual stream that goes through a norm, or what a layer gives.
/// </remarks>
internal sealed class PlanBuilder : IForward
{
    private readonly EngineWeights _weights;
    private readonly Recording _recording;
    private readonly KeyValueBlock _layout;
    private KeyValueBlock _keptLayout;

    /// <summary>Values that are more, or less, than what is stored under their own index.</summary>
    private readonly Dictionary<int, RowInput> _described = [];

    private PlanBuilder(EngineWeights weights, PlanLimits limits, KeyValueBlock layout)
    {
        _weights = weights;
        _layout = layout;
        _recording = new Recording { Limits = limits };
    }

    /// <summary>Records an architecture's forward pass.</summary>
    public static EnginePlan Record(IArchitecture architecture, EngineWeights weights, ThreadTeam team, int maxRows, KeyValueBlock layout)
    {
        return Record(architecture.Forward, weights, team, maxRows, layout);
    }

    /// <summary>Records a forward pass.</summary>
    public static EnginePlan Record(Func<IForward, Value> forward, EngineWeights weights, ThreadTeam team, int maxRows, KeyValueBlock layout)
    {
        var builder = new PlanBuilder(weights, new PlanLimits(maxRows, team.Size), layout);
        _ = forward(builder);
        return new EnginePlan(team, builder._recording);
    }

    /// <summary>Records the pass of a source.</summary>
    /// <param name="architecture">The network.</param>
    /// <param name="weights">Its weights.</param>
    /// <param name="team">Who runs it.</param>
    /// <param name="maxRows">The most tokens of a run.</param>
    /// <param name="layout">Keys and values within the source.</param>
    /// <param name="keptLayout">Keys and values that are kept for the decoder.</param>
    public static EnginePlan RecordSource(
        IEncoderDecoderArchitecture architecture, EngineWeights weights, ThreadTeam team, int maxRows, KeyValueBlock layout, KeyValueBlock keptLayout)
    {
        var builder = new PlanBuilder(weights, new PlanLimits(maxRows, team.Size), layout) { _keptLayout = keptLayout };
        architecture.Encode(builder);
        return new EnginePlan(team, builder._recording);
    }

    public Value Embed(EmbeddingSpec embedding)
    {
        var output = NewValue(embedding.Width);
        var tokens = embedding.Tokens is null ? null : _weights.Matrix(embedding.Tokens);
        var positions = embedding.Positions is null ? null : _weights.Matrix(embedding.Positions);
        var types = embedding.Types is null ? null : _weights.Matrix(embedding.Types);
        var place = embedding.Tokens is null ? 0 : _weights.Count + embedding.Tokens.Index;
        _recording.Steps.Add(
            new EmbedStep(output, embedding, tokens, positions, types, Sinusoids(embedding), RowScratch(embedding.Width)) { AdapterPlace = place });
        return output;
    }

    public Value Layer(int layer, Value input, Func<IForward, Value, Value> body)
    {
        input = Stored(input);
        if (_recording.LayerOutputs.Count == 0)
        {
            Observe(input);
        }

        var output = Stored(body(this, input));
        Observe(output);
        return output;
    }

    public Value Norm(Value input, NormSpec norm)
    {
        var rows = InputOf(input);
        if (rows.Norm is not null)
        {
            rows = InputOf(Stored(input));
        }

        return Describe(norm.Gain.Rows, rows with { Norm = Loaded(norm) });
    }

    public Value Linear(Value input, Projection projection, ActivationFunction activation)
    {
        var rows = InputOf(input);
        var output = Target(projection, NewValue(projection.Outputs, rows.IsWantedOnly));
        _recording.Steps.Add(new ProjectStep(Input(rows, output), [output], activation));
        return output.Output;
    }

    public (Value Queries, Value Keys, Value Values) Project(Value input, Projection queries, Projection keys, Projection values)
    {
        var rows = InputOf(input);
        var (q, k, v) = (NewValue(queries.Outputs), NewValue(keys.Outputs), NewValue(values.Outputs));
        ProjectionTarget[] targets = [Target(queries, q), Target(keys, k), Target(values, v)];
        _recording.Steps.Add(new ProjectStep(Input(rows, targets), targets, ActivationFunction.None));
        return (q, k, v);
    }

    public Value Attend(Value queries, Value keys, Value values, AttentionSpec attention)
    {
        var queryNorm = attention.QueryNorm is null ? null : Loaded(attention.QueryNorm);
        var keyNorm = attention.KeyNorm is null ? null : Loaded(attention.KeyNorm);
        _recording.Steps.Add(new RotaryStep(queries, keys, values, attention, _layout, Rotary(attention.Rotary), queryNorm, keyNorm));
        var output = NewValue(attention.QueryWidth);
        _recording.Steps.Add(new AttendStep(queries, output, attention, Work(attention), Biases(attention)));
        return output;
    }

    public void Keep(Value keys, Value values, AttentionSpec attention) =>
        _recording.Steps.Add(new KeepStep(keys, values, attention, _keptLayout));

    public Value AttendSource(Value queries, AttentionSpec attention)
    {
        var output = NewValue(attention.QueryWidth);
        _recording.Steps.Add(new AttendStep(queries, output, attention, Work(attention), Biases(attention), readsSource: true));
        return output;
    }

    public Value AddProjected(Value residual, Value input, Projection projection)
    {
        residual = Stored(residual);
        var rows = InputOf(input);
        var target = Target(projection, NewValue(projection.Outputs));
        _recording.Steps.Add(new AddProjectedStep(residual, Input(rows, target), target));
        Forget(residual);
        return residual;
    }

    public Value Add(Value residual, Value addend)
    {
        residual = Stored(residual);
        _recording.Steps.Add(new AddStep(residual, InputOf(addend), RowScratch(_recording.Widths[residual.Index])));
        Forget(residual);
        return residual;
    }

    public Value Gated(Value input, Projection gate, Projection up, ActivationFunction activation)
    {
        var rows = InputOf(input);
        var (g, u) = (Target(gate, NewValue(gate.Outputs, rows.IsWantedOnly)), Target(up, NewValue(up.Outputs)));
        _recording.Steps.Add(new GatedStep(Input(rows, g, u), g, u, activation));
        return g.Output;
    }

    public Value Gather(Value input)
    {
        var rows = InputOf(input);
        return rows.IsWantedOnly ? input : Describe(_recording.Widths[input.Index], rows with { Gathers = true, IsWantedOnly = true });
    }

    public Value Result(Value input)
    {
        _recording.Steps.Add(new ResultStep(InputOf(Gather(input)), _recording.Widths[input.Index]));
        return input;
    }

    public Value Logits(Value input, LogitsSpec logits)
    {
        var rows = InputOf(Gather(input));
        var target = Target(logits.Head, input);
        _recording.Steps.Add(new LogitsStep(Input(rows, target), target, logits));
        return input;
    }

    /// <summary>The input of the products of the next step; the step that encodes it is recorded here.</summary>
    private MatrixInput Input(RowInput rows, params ReadOnlySpan<ProjectionTarget> targets)
    {
        var width = targets[0].Weight.Columns;
        var forms = ActivationForms.None;
        foreach (var target in targets)
        {
            forms |= target.Weight.Form;
        }

        var space = _recording.Spaces.Find(known => known.Width == width && known.Forms == forms);
        if (space is null)
        {
            _recording.Spaces.Add(space = new ActivationSpace(width, forms, _recording.Limits));
        }

        var input = new MatrixInput(rows, space, new AdapterInput([.. targets], _recording.Adapters));
        _recording.SharedInputs.Add([.. targets.ToArray().Select(target => target.Index)]);
        _recording.Steps.Add(new EncodeStep(input));
        return input;
    }

    /// <summary>The value with rows of its own; a step that writes them is recorded where it was only described.</summary>
    private Value Stored(Value value)
    {
        var rows = InputOf(value);
        if (rows.IsStored)
        {
            return value;
        }

        _recording.Steps.Add(new NormStep(rows, value, _recording.Widths[value.Index]));
        _described[value.Index] = new RowInput(value, null) { IsWantedOnly = rows.IsWantedOnly };
        return value;
    }

    /// <summary>Shows what the step before has completed to observers.</summary>
    private void Observe(Value value)
    {
        _recording.Steps[^1].EndsLayer = _recording.LayerOutputs.Count;
        _recording.LayerOutputs.Add(value);
    }

    /// <summary>A norm is taken when it is read, so one of a value that has changed since must not be read any more.</summary>
    private void Forget(Value changed)
    {
        foreach (var (index, rows) in _described.Where(pair => pair.Value.Source == changed && pair.Key != changed.Index).ToList())
        {
            _described[index] = rows with { IsStale = true };
        }
    }

    private RowInput InputOf(Value value)
    {
        var rows = _described.GetValueOrDefault(value.Index, new RowInput(value, null));
        return rows.IsStale
            ? throw new InvalidOperationException("Record a forward pass: a norm is read after its input was added to; take the norm again.")
            : rows;
    }

    private RowNorm Loaded(NormSpec norm) => new(_weights.Vector(norm.Gain), norm.Bias is null ? null : _weights.Vector(norm.Bias), norm);

    private RotaryTable? Rotary(RotaryFrequencies? frequencies)
    {
        if (frequencies is null)
        {
            return null;
        }

        var table = _recording.Rotaries.Find(known => ReferenceEquals(known.Frequencies, frequencies));
        if (table is null)
        {
            _recording.Rotaries.Add(table = new RotaryTable(frequencies, _recording.Limits.MaxRows));
        }

        return table;
    }

    private AttentionWork Work(AttentionSpec attention)
    {
        var work = _recording.Attention.Find(known => known.Heads == attention.Heads && known.KeyValueHeads == attention.KeyValueHeads);
        if (work is null)
        {
            _recording.Attention.Add(work = new AttentionWork(_layout, attention.Heads, attention.KeyValueHeads, _recording.Limits));
        }

        return work;
    }

    private ScoreBiases Biases(AttentionSpec attention)
    {
        if (attention.AlibiSlopes.Count == 0 && attention.Relative is null)
        {
            return ScoreBiases.None;
        }

        var biases = _recording.Biases.Find(known => known.IsOf(attention));
        if (biases is null)
        {
            _recording.Biases.Add(biases = ScoreBiases.Of(attention, _weights));
        }

        return biases;
    }

    private unsafe NativeBuffer? Sinusoids(EmbeddingSpec embedding)
    {
        if (embedding.Sinusoids is not { } positions)
        {
            return null;
        }

        var rows = NativeBuffer.OfFloats((long)positions.Count * positions.Width);
        positions.Fill(new Span<float>(rows.Floats, positions.Count * positions.Width));
        _recording.Constants.Add(rows);
        return rows;
    }

    private RowScratch RowScratch(int width)
    {
        var scratch = _recording.RowScratches.Find(known => known.Width == width);
        if (scratch is null)
        {
            _recording.RowScratches.Add(scratch = new RowScratch(width, _recording.Limits));
        }

        return scratch;
    }

    private Value Describe(int width, RowInput rows)
    {
        var value = NewValue(width);
        _described[value.Index] = rows;
        return value;
    }

    private Value NewValue(int width, bool isWantedOnly = false)
    {
        _recording.Widths.Add(width);
        var value = new Value(_recording.Widths.Count - 1);
        if (isWantedOnly)
        {
            _described[value.Index] = new RowInput(value, null) { IsWantedOnly = true };
        }

        return value;
    }

    private ProjectionTarget Target(Projection projection, Value output) =>
        new(projection.Weight.Index, _weights.Matrix(projection.Weight), projection.Bias is null ? null : _weights.Vector(projection.Bias), output);
}

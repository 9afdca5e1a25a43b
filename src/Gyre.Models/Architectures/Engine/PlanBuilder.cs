using Gyre.Tensors.Quantization;
using Gyre.Tensors.Threading;

namespace Gyre.Models.Architectures.Engine;

/// <summary>The generation executor: records the forward pass of an architecture as a plan.</summary>
/// <remarks>
/// A norm is not a step: the matrix products that read it norm their input themselves (<see cref="MatrixInput"/>).
/// </remarks>
internal sealed class PlanBuilder : IForward
{
    private readonly EngineWeights _weights;
    private readonly Recording _recording;
    private readonly KeyValueBlock _layout;
    private readonly Dictionary<int, NormedInput> _normed = [];

    private PlanBuilder(EngineWeights weights, PlanLimits limits, KeyValueBlock layout)
    {
        _weights = weights;
        _layout = layout;
        _recording = new Recording { Limits = limits };
    }

    /// <summary>Records an architecture's forward pass.</summary>
    public static EnginePlan Record(IArchitecture architecture, EngineWeights weights, ThreadTeam team, int maxRows, KeyValueBlock layout)
    {
        var builder = new PlanBuilder(weights, new PlanLimits(maxRows, team.Size), layout);
        _ = architecture.Forward(builder);
        return new EnginePlan(team, builder._recording);
    }

    public Value Embed(WeightSpec table)
    {
        _recording.Stream = NewValue(table.Columns);
        _recording.Steps.Add(new EmbedStep(_recording.Stream, _weights.Matrix(table)) { EndsLayer = 0 });
        return _recording.Stream;
    }

    public Value Layer(int layer, Value input, Func<IForward, Value, Value> body)
    {
        var output = body(this, input);
        _recording.Steps[^1].EndsLayer = layer + 1;
        return output;
    }

    public Value RmsNorm(Value input, WeightSpec gain, float epsilon)
    {
        var output = NewValue(gain.Rows);
        _normed[output.Index] = new NormedInput(input, _weights.Vector(gain), epsilon);
        return output;
    }

    public (Value Queries, Value Keys, Value Values) Project(Value input, Projection queries, Projection keys, Projection values)
    {
        var (q, k, v) = (NewValue(queries.Outputs), NewValue(keys.Outputs), NewValue(values.Outputs));
        ProjectionTarget[] targets = [Target(queries, q), Target(keys, k), Target(values, v)];
        _recording.Steps.Add(new ProjectStep(Input(input, isForLogits: false, targets), targets));
        return (q, k, v);
    }

    public Value Attend(Value queries, Value keys, Value values, AttentionSpec attention)
    {
        var queryNorm = attention.QueryNorm is null ? null : _weights.Vector(attention.QueryNorm);
        var keyNorm = attention.KeyNorm is null ? null : _weights.Vector(attention.KeyNorm);
        _recording.Steps.Add(new RotaryStep(queries, keys, values, attention, _layout, Rotary(attention.Rotary), queryNorm, keyNorm));
        var output = NewValue(attention.QueryWidth);
        _recording.Steps.Add(new AttendStep(queries, output, attention, Work(attention)));
        return output;
    }

    public Value AddProjected(Value residual, Value input, Projection projection)
    {
        var target = Target(projection, NewValue(projection.Outputs));
        _recording.Steps.Add(new AddProjectedStep(residual, Input(input, isForLogits: false, target), target));
        Forget(residual);
        return residual;
    }

    public Value Gated(Value input, Projection gate, Projection up)
    {
        var (g, u) = (Target(gate, NewValue(gate.Outputs)), Target(up, NewValue(up.Outputs)));
        _recording.Steps.Add(new GatedStep(Input(input, isForLogits: false, g, u), g, u));
        return g.Output;
    }

    public Value Logits(Value input, Projection head)
    {
        var target = Target(head, input);
        _recording.Steps.Add(new LogitsStep(Input(input, isForLogits: true, target), target));
        return input;
    }

    /// <summary>The input of the products of the next step; the step that encodes it is recorded here.</summary>
    private MatrixInput Input(Value value, bool isForLogits, params ReadOnlySpan<ProjectionTarget> targets)
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

        var input = new MatrixInput(NormOf(value), space);
        _recording.Steps.Add(new EncodeStep(input, isForLogits));
        return input;
    }

    /// <summary>A norm is taken when it is read, so one of a value that has changed since must not be read any more.</summary>
    private void Forget(Value changed)
    {
        foreach (var (index, normed) in _normed.Where(pair => pair.Value.Source == changed).ToList())
        {
            _normed[index] = normed with { IsStale = true };
        }
    }

    private NormedInput NormOf(Value value)
    {
        var normed = _normed.GetValueOrDefault(value.Index, new NormedInput(value, null, 0));
        return normed.IsStale
            ? throw new InvalidOperationException("Record a forward pass: a norm is read after its input was added to; take the norm again.")
            : normed;
    }

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

    private Value NewValue(int width)
    {
        _recording.Widths.Add(width);
        return new Value(_recording.Widths.Count - 1);
    }

    private ProjectionTarget Target(Projection projection, Value output) =>
        new(_weights.Matrix(projection.Weight), projection.Bias is null ? null : _weights.Vector(projection.Bias), output);
}

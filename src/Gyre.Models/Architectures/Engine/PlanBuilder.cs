using Gyre.Tensors.Threading;

namespace Gyre.Models.Architectures.Engine;

/// <summary>The generation executor: records the forward pass of an architecture as a plan.</summary>
internal sealed class PlanBuilder(EngineWeights weights, int maxRows) : IForward
{
    private readonly List<PlanStep> _steps = [];
    private readonly List<int> _widths = [];
    private readonly List<RotaryTable> _rotaries = [];
    private Value _stream;

    /// <summary>Records an architecture's forward pass.</summary>
    public static EnginePlan Record(IArchitecture architecture, EngineWeights weights, ThreadTeam team, int maxRows)
    {
        var builder = new PlanBuilder(weights, maxRows);
        _ = architecture.Forward(builder);
        return EnginePlan.Build(team, [.. builder._steps], builder._widths, builder._rotaries, builder._stream, maxRows);
    }

    public Value Embed(WeightSpec table)
    {
        _stream = NewValue(table.Columns);
        _steps.Add(new EmbedStep(_stream, weights.Matrix(table)) { EndsLayer = 0 });
        return _stream;
    }

    public Value Layer(int layer, Value input, Func<IForward, Value, Value> body)
    {
        var output = body(this, input);
        _steps[^1].EndsLayer = layer + 1;
        return output;
    }

    public Value RmsNorm(Value input, WeightSpec gain, float epsilon)
    {
        var output = NewValue(gain.Rows);
        _steps.Add(new RmsNormStep(input, output, weights.Vector(gain), gain.Rows, epsilon));
        return output;
    }

    public (Value Queries, Value Keys, Value Values) Project(Value input, Projection queries, Projection keys, Projection values)
    {
        var (q, k, v) = (NewValue(queries.Outputs), NewValue(keys.Outputs), NewValue(values.Outputs));
        _steps.Add(new ProjectStep(input, [Target(queries, q), Target(keys, k), Target(values, v)], maxRows));
        return (q, k, v);
    }

    public Value Attend(Value queries, Value keys, Value values, AttentionSpec attention)
    {
        var queryNorm = attention.QueryNorm is null ? null : weights.Vector(attention.QueryNorm);
        var keyNorm = attention.KeyNorm is null ? null : weights.Vector(attention.KeyNorm);
        _steps.Add(new RotaryStep(queries, keys, values, attention, Rotary(attention.Rotary), queryNorm, keyNorm));
        var output = NewValue(attention.QueryWidth);
        _steps.Add(new AttendStep(queries, output, attention));
        return output;
    }

    public Value AddProjected(Value residual, Value input, Projection projection)
    {
        var product = NewValue(projection.Outputs);
        _steps.Add(new AddProjectedStep(residual, input, Target(projection, product), maxRows));
        return residual;
    }

    public Value Gated(Value input, Projection gate, Projection up)
    {
        var (g, u) = (NewValue(gate.Outputs), NewValue(up.Outputs));
        _steps.Add(new GatedStep(input, Target(gate, g), Target(up, u), maxRows));
        return g;
    }

    public Value Logits(Value input, Projection head)
    {
        _steps.Add(new LogitsStep(input, Target(head, input), maxRows));
        return input;
    }

    private RotaryTable? Rotary(RotaryFrequencies? frequencies)
    {
        if (frequencies is null)
        {
            return null;
        }

        var table = _rotaries.Find(known => ReferenceEquals(known.Frequencies, frequencies));
        if (table is null)
        {
            _rotaries.Add(table = new RotaryTable(frequencies, maxRows));
        }

        return table;
    }

    private Value NewValue(int width)
    {
        _widths.Add(width);
        return new Value(_widths.Count - 1);
    }

    private ProjectionTarget Target(Projection projection, Value output) =>
        new(weights.Matrix(projection.Weight), projection.Bias is null ? null : weights.Vector(projection.Bias), output);
}

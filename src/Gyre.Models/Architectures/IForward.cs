namespace Gyre.Models.Architectures;

/// <summary>
/// The operations a forward pass is written in. An architecture calls them once, in order; an executor either runs
/// them (training, on a tape) or records them as a plan that is then run per token (generation).
/// </summary>
/// <remarks>
/// Shape: a value is [N, width], with N the tokens of the call: B·T rows in training, the new tokens in generation.
/// A call depends only on its arguments and the configuration, never on the contents of a value.
/// </remarks>
internal interface IForward
{
    /// <summary>The rows of <paramref name="table"/> at the token ids.</summary>
    Value Embed(WeightSpec table);

    /// <summary>Runs one layer; the executor may recompute it in the backward pass, or look at what it gives.</summary>
    Value Layer(int layer, Value input, Func<IForward, Value, Value> body);

    /// <summary>x / sqrt(mean(x²) + ε) · gain, per row.</summary>
    Value RmsNorm(Value input, WeightSpec gain, float epsilon);

    /// <summary>Queries, keys and values of one input.</summary>
    (Value Queries, Value Keys, Value Values) Project(Value input, Projection queries, Projection keys, Projection values);

    /// <summary>Norms and rotates queries and keys, then attends causally within each sequence.</summary>
    Value Attend(Value queries, Value keys, Value values, AttentionSpec attention);

    /// <summary><paramref name="residual"/> + W·x (+ bias). The residual must not be used afterwards.</summary>
    Value AddProjected(Value residual, Value input, Projection projection);

    /// <summary>silu(gate(x)) · up(x).</summary>
    Value Gated(Value input, Projection gate, Projection up);

    /// <summary>The logits; in generation of the wanted rows only.</summary>
    Value Logits(Value input, Projection head);
}

using Gyre.Tensors.Kernels;

namespace Gyre.Models.Architectures;

/// <summary>
/// The operations a forward pass is written in. An architecture calls them once, in order; an executor either runs
/// them (training, on a tape) or records them as a plan that is then run per token (generation).
/// </summary>
/// <remarks>
/// Shape: a value is [N, width], with N the tokens of the call: B·T rows in training, the new tokens in generation.
/// A call depends only on its arguments and the configuration, never on the contents of a value.
/// <para>A residual that is added to (<see cref="AddProjected"/>, <see cref="Add"/>) is changed in place: go on with the
/// result, and take norms of the old value before.</para>
/// </remarks>
internal interface IForward
{
    /// <summary>The sum of embedding rows of the tokens.</summary>
    Value Embed(EmbeddingSpec embedding);

    /// <summary>Runs one layer; the executor may recompute it in the backward pass, or look at what it gets and gives.</summary>
    Value Layer(int layer, Value input, Func<IForward, Value, Value> body);

    /// <summary>A norm, per row.</summary>
    Value Norm(Value input, NormSpec norm);

    /// <summary>f(W·x (+ bias)).</summary>
    Value Linear(Value input, Projection projection, ActivationFunction activation);

    /// <summary>Queries, keys and values of one input.</summary>
    (Value Queries, Value Keys, Value Values) Project(Value input, Projection queries, Projection keys, Projection values);

    /// <summary>Norms and rotates queries and keys, then attends within each sequence.</summary>
    Value Attend(Value queries, Value keys, Value values, AttentionSpec attention);

    /// <summary>Keeps a source's keys and values for <see cref="AttendSource"/> in the decoder's layer <see cref="AttentionSpec.Layer"/>.</summary>
    void Keep(Value keys, Value values, AttentionSpec attention);

    /// <summary>Attends to the keys and values that were kept of each sequence's source.</summary>
    Value AttendSource(Value queries, AttentionSpec attention);

    /// <summary><paramref name="residual"/> + W·x (+ bias).</summary>
    Value AddProjected(Value residual, Value input, Projection projection);

    /// <summary><paramref name="residual"/> + <paramref name="addend"/>.</summary>
    Value Add(Value residual, Value addend);

    /// <summary>f(gate(x)) · up(x).</summary>
    Value Gated(Value input, Projection gate, Projection up, ActivationFunction activation);

    /// <summary>The rows whose results are wanted; what follows runs over those only. In training those with a target.</summary>
    Value Gather(Value input);

    /// <summary>Gathered rows as the result of the pass.</summary>
    Value Result(Value input);

    /// <summary>The logits of gathered rows; in training their loss.</summary>
    Value Logits(Value input, LogitsSpec logits);
}

namespace Gyre.Tensors.Autodiff;

/// <summary>One recorded step: what its backward pass needs. Objects are kept by the tape and used again.</summary>
internal abstract class Operation
{
    /// <summary>The tensor whose gradient starts the backward pass of this step.</summary>
    public Tensor Output { get; set; } = Tensor.None;

    /// <summary>The step only added to what an earlier one gave, which needs the same gradient.</summary>
    public virtual bool KeepsGradient => false;

    /// <summary>Adds this step's part to the gradients of its inputs.</summary>
    /// <param name="tape">Where to get gradients and buffers.</param>
    /// <param name="gradient">The gradient of <see cref="Output"/>, of its shape, contiguous; complete.</param>
    public abstract void Backward(Tape tape, Tensor gradient);

    /// <summary>Drops every reference, so that a kept object keeps nothing alive.</summary>
    public virtual void Clear() => Output = Tensor.None;
}

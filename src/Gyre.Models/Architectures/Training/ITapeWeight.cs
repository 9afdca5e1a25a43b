using Gyre.Tensors;
using Gyre.Tensors.Autodiff;

namespace Gyre.Models.Architectures.Training;

/// <summary>A matrix or table of a network as the training pass computes with it: the weight itself, an encoding of it, or an adapter over either.</summary>
internal interface ITapeWeight
{
    /// <summary>The matrix as a tensor when a product with it is all that <see cref="Linear"/> computes; null otherwise.</summary>
    Tensor? Dense { get; }

    /// <summary>Its rows as they are multiplied with, from one on, without what an adapter adds.</summary>
    /// <param name="first">The first row.</param>
    /// <param name="destination">[rows, columns].</param>
    void CopyRows(int first, Span<float> destination);

    /// <summary>x·Wᵀ (+ bias) (+ residual).</summary>
    /// <returns>[N, outputs]: a result of the tape that nothing else has read.</returns>
    Tensor Linear(in TapeInput input, Tensor? bias, Tensor? residual);

    /// <summary>The cross-entropy of the product's rows against targets without all its outputs at once; null when it takes them all.</summary>
    Tensor? CrossEntropy(Tape tape, Tensor hidden, ReadOnlySpan<int> targets, double divisor) => null;

    /// <summary>Rows of the table, [ids, columns]: a result of the tape that nothing else has read.</summary>
    Tensor Rows(Tape tape, ReadOnlySpan<int> ids);
}

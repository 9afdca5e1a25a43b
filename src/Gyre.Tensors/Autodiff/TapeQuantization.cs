using Gyre.Tensors.Autodiff.Operations;
using Gyre.Tensors.Quantization;

namespace Gyre.Tensors.Autodiff;

/// <summary>Weights as they will be stored, in training.</summary>
public static class TapeQuantization
{
    /// <summary>Numbers that one member encodes at a time; a multiple of every block.</summary>
    private const int ShareElements = 1 << 14;

    /// <summary>A matrix as it reads after it was stored in an encoding; its gradient passes through as if nothing were rounded (straight-through).</summary>
    /// <param name="tape">Records.</param>
    /// <param name="weight">[rows, columns], contiguous.</param>
    /// <param name="format">The encoding.</param>
    /// <remarks>
    /// The numbers are those that <see cref="Blocks"/> writes and reads back, to the bit.
    /// <para><b>Shape</b>: as the matrix. <b>Cost</b>: encodes and decodes it in every pass.</para>
    /// <para><b>Errors</b>: <see cref="ArgumentException"/> for strides; <c>TEN0102</c> for rows that are no whole number of blocks, <c>TEN0105</c> for
    /// numbers that the encoding cannot hold.</para>
    /// <para><b>Source</b>: Y. Bengio et al., "Estimating or Propagating Gradients Through Stochastic Neurons", 2013; B. Jacob et al.,
    /// "Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only Inference", 2018.</para>
    /// </remarks>
    public static unsafe Tensor FakeQuantize(this Tape tape, Tensor weight, ElementFormat format)
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(weight);
        if (!weight.IsContiguous || weight.Rank != 2)
        {
            throw new ArgumentException($"FakeQuantize: found a weight of shape {weight}, expected a contiguous matrix.", nameof(weight));
        }

        _ = FormatTraits.LengthBytes(format, weight.Shape[1]); // Blocks do not cross rows.
        var rounded = tape.Allocate(weight.Shape);
        var (from, to, length) = ((nint)weight.UncheckedData, (nint)rounded.UncheckedData, weight.Length);
        tape.Team.For((int)((length + ShareElements - 1) / ShareElements), share =>
        {
            var first = (long)share * ShareElements;
            var count = (int)Math.Min(ShareElements, length - first);
            Span<byte> bytes = new byte[FormatTraits.LengthBytes(format, count)];
            Blocks.Quantise(format, new ReadOnlySpan<float>((float*)from + first, count), bytes);
            Blocks.Dequantise(format, bytes, new Span<float>((float*)to + first, count));
        });
        if (tape.Needs(weight))
        {
            tape.Record<StraightThroughOperation>(rounded).Input = weight;
        }

        return rounded;
    }
}

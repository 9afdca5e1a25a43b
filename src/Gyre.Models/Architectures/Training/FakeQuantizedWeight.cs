using Gyre.Tensors;
using Gyre.Tensors.Autodiff;
using Gyre.Tensors.Quantization;

namespace Gyre.Models.Architectures.Training;

/// <summary>A trained weight that is computed with as it will be stored; its gradient goes to the weight itself.</summary>
/// <remarks>Owns: nothing.</remarks>
internal sealed unsafe class FakeQuantizedWeight(Tensor weight, ElementFormat format) : ITapeWeight
{
    public Tensor? Dense => null;

    public void CopyRows(int first, Span<float> destination)
    {
        var stored = new ReadOnlySpan<float>(weight.UncheckedData + ((long)first * weight.Shape[^1]), destination.Length);
        Span<byte> bytes = new byte[FormatTraits.LengthBytes(format, stored.Length)];
        Blocks.Quantise(format, stored, bytes);
        Blocks.Dequantise(format, bytes, destination);
    }

    public Tensor Linear(in TapeInput input, Tensor? bias, Tensor? residual) =>
        input.Tape.Linear(input.X, input.Tape.FakeQuantize(weight, format), bias, residual);

    public Tensor Rows(Tape tape, ReadOnlySpan<int> ids) => tape.Embedding(tape.FakeQuantize(weight, format), ids);
}

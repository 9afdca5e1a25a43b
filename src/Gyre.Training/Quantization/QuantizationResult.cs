using Gyre.Tensors.Quantization;

namespace Gyre.Training.Quantization;

/// <summary>A model that was written.</summary>
/// <param name="Path">The file.</param>
/// <param name="Format">What was asked for.</param>
/// <param name="Tensors">What became of each tensor, in file order.</param>
/// <param name="Weighed">Tensors that an importance matrix weighed.</param>
public sealed record QuantizationResult(string Path, ElementFormat Format, IReadOnlyList<TensorPlan> Tensors, int Weighed)
{
    /// <summary>Bytes of all tensors in the source.</summary>
    public long BytesBefore => Tensors.Sum(tensor => tensor.BytesBefore);

    /// <summary>Bytes of all tensors in the result.</summary>
    public long BytesAfter => Tensors.Sum(tensor => tensor.BytesAfter);

    /// <summary>Bits of the result a number.</summary>
    public double BitsPerWeight => 8.0 * BytesAfter / Tensors.Sum(tensor => tensor.Elements);

    /// <summary>Tensors that did not get what their place asks for, a line each with the reason.</summary>
    public IReadOnlyList<string> Fallbacks { get; } =
        [.. Tensors.Where(tensor => tensor.Note is not null).Select(tensor => $"{tensor.Name}: {tensor.To}, because {tensor.Note}")];
}

using Gyre.Tensors.Quantization;

namespace Gyre.Training.Quantization;

/// <summary>What becomes of a tensor.</summary>
/// <param name="Name">Its GGUF name.</param>
/// <param name="From">Its encoding in the source.</param>
/// <param name="To">Its encoding in the result.</param>
/// <param name="Elements">How many numbers.</param>
/// <param name="Note">Why it did not get what its place in the network asks for; null when it did.</param>
public sealed record TensorPlan(string Name, ElementFormat From, ElementFormat To, long Elements, string? Note)
{
    /// <summary>Its bytes in the source's encoding.</summary>
    public long BytesBefore => FormatTraits.LengthBytes(From, Elements);

    /// <summary>Its bytes in the result.</summary>
    public long BytesAfter => FormatTraits.LengthBytes(To, Elements);
}

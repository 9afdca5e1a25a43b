namespace Gyre.Evaluation.Metrics.Vectors;

/// <summary>Vectors of an image and its text by one model that has both in one space.</summary>
/// <param name="Image">[C], of the image that is measured.</param>
/// <param name="Text">[C], of the text that it should show, or that should describe it.</param>
public readonly record struct ClipSample(ReadOnlyMemory<float> Image, ReadOnlyMemory<float> Text)
{
    /// <summary>[C], of an image that is known to be right; empty when there is none.</summary>
    public ReadOnlyMemory<float> ReferenceImage { get; init; }

    /// <summary>[C] each, of texts that are known to be right; null when there are none.</summary>
    public IReadOnlyList<ReadOnlyMemory<float>>? ReferenceTexts { get; init; }
}

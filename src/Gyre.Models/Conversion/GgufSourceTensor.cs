using Gyre.Models.Weights;
using Gyre.Tensors.Quantization;

namespace Gyre.Models.Conversion;

/// <summary>One tensor of a <see cref="GgufSource"/>.</summary>
/// <param name="Name">Its GGUF name.</param>
/// <param name="Format">How its numbers are stored now.</param>
/// <param name="Shape">Row-major shape, slowest axis first.</param>
public abstract record GgufSourceTensor(string Name, ElementFormat Format, IReadOnlyList<long> Shape)
{
    /// <summary>The length of a row: the last axis.</summary>
    public long Columns => Shape.Count == 0 ? 1 : Shape[^1];

    /// <summary>The number of rows: all other axes together.</summary>
    public long Rows => Shape.Take(Shape.Count - 1).Aggregate(1L, (product, length) => product * length);

    /// <summary>How many numbers it holds.</summary>
    public long Elements => Rows * Columns;

    /// <summary>Its stored bytes when they are as GGUF has them; null when they must be put together.</summary>
    public abstract WeightTensor? Stored { get; }

    /// <summary>Reads whole rows as single-precision numbers.</summary>
    /// <param name="firstRow">The first.</param>
    /// <param name="destination">Receives as many rows as fit it.</param>
    public abstract void Read(long firstRow, Span<float> destination);
}

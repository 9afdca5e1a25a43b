using Gyre.Models.Architectures;
using Gyre.Models.Weights;
using Gyre.Tensors;
using Gyre.Tensors.Quantization;

namespace Gyre.Models.Conversion;

/// <summary>A source whose weights are those of a model in training; its keys, and tensors that are not trained, are another source's.</summary>
/// <remarks>Owns: nothing; the frame and the weights stay their giver's.</remarks>
internal sealed class TrainedGgufSource : GgufSource
{
    private readonly GgufSource _frame;

    public TrainedGgufSource(GgufSource frame, IReadOnlyList<WeightSpec> specs, Tensor[] weights)
    {
        _frame = frame;
        var places = specs.GroupBy(spec => spec.GgufPlace.Tensor, StringComparer.Ordinal).ToDictionary(parts => parts.Key, parts => parts.ToArray(), StringComparer.Ordinal);
        Tensors = [.. frame.Tensors.Select(tensor => places.TryGetValue(tensor.Name, out var parts) ? Trained(tensor, parts, weights) : tensor)];
        var known = frame.Tensors.Select(tensor => tensor.Name).ToHashSet(StringComparer.Ordinal);
        if (places.Keys.FirstOrDefault(name => !known.Contains(name)) is { } missing)
        {
            throw Unlike($"it has no tensor '{missing}'");
        }
    }

    public override string Architecture => _frame.Architecture;

    public override IReadOnlyList<GgufSourceTensor> Tensors { get; }

    public override void WriteKeys(GgufWriter writer, IReadOnlyCollection<string> except) => _frame.WriteKeys(writer, except);

    protected override void Dispose(bool disposing)
    {
    }

    private static TrainedTensor Trained(GgufSourceTensor frame, WeightSpec[] parts, Tensor[] weights)
    {
        var columns = parts[0].IsVector ? 1 : parts[0].Columns;
        var rows = new (Tensor Weight, int Row, float Added)[parts[0].GgufPlace.TensorRows(parts[0].Rows)];
        if (frame.Elements != (long)rows.Length * columns)
        {
            throw Unlike($"its tensor '{frame.Name}' holds {frame.Elements} numbers and the model's {(long)rows.Length * columns}");
        }

        foreach (var spec in parts)
        {
            for (var row = 0; row < spec.Rows; row++)
            {
                rows[spec.GgufPlace.StoredRow(row)] = (weights[spec.Index], row, spec.GgufPlace.Added);
            }
        }

        return new TrainedTensor(frame.Name, frame.Shape, rows, columns);
    }

    private static ModelException Unlike(string found) =>
        new("RUN0446", $"Convert to GGUF: the weights belong to another model than the file that they are to be written like: {found}. Give the model that training began with.");

    private sealed record TrainedTensor(string Name, IReadOnlyList<long> Shape, (Tensor Weight, int Row, float Added)[] From, int Width)
        : GgufSourceTensor(Name, ElementFormat.F32, Shape)
    {
        public override WeightTensor? Stored => null;

        public override void Read(long firstRow, Span<float> destination)
        {
            var first = (int)(firstRow * Columns / Width);
            for (var i = 0; i < destination.Length / Width; i++)
            {
                var (weight, row, added) = From[first + i];
                var to = destination.Slice(i * Width, Width);
                weight.Span.Slice(row * Width, Width).CopyTo(to);
                if (added != 0)
                {
                    foreach (ref var value in to)
                    {
                        value -= added;
                    }
                }
            }
        }
    }
}

using Gyre.Models.Weights;
using Gyre.Tensors.Quantization;

namespace Gyre.Models.Conversion;

/// <summary>A GGUF file as a source: its own keys and tensors.</summary>
internal sealed class GgufFileSource : GgufSource
{
    private readonly GgufFile _file;

    public GgufFileSource(GgufFile file)
    {
        _file = file;
        try
        {
            Tensors = [.. file.Names.Select(name => new FileTensor(file.Get(name)))];
            Architecture = file.Metadata.GetString("general.architecture");
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public override string Architecture { get; }

    public override IReadOnlyList<GgufSourceTensor> Tensors { get; }

    public override void WriteKeys(GgufWriter writer, IReadOnlyCollection<string> except) => writer.CopyMetadata(_file.Metadata, key => !except.Contains(key));

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _file.Dispose();
        }
    }

    private sealed record FileTensor(WeightTensor Tensor) : GgufSourceTensor(Tensor.Name, Tensor.Format, Tensor.Shape)
    {
        public override WeightTensor Stored => Tensor;

        public override unsafe void Read(long firstRow, Span<float> destination)
        {
            var start = FormatTraits.LengthBytes(Format, firstRow * Columns);
            var length = FormatTraits.LengthBytes(Format, destination.Length);
            ArgumentOutOfRangeException.ThrowIfNegative(firstRow);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(start + length, Tensor.LengthBytes, nameof(destination));
            fixed (float* to = destination)
            {
                Blocks.Dequantise(Format, Tensor.Bytes + start, destination.Length, to);
            }

            GC.KeepAlive(Tensor);
        }
    }
}

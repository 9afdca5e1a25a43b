using System.IO.Compression;
using Gyre.Models.Catalog;
using Gyre.Tensors.Quantization;

namespace Gyre.Training.Compression.Measurement;

/// <summary>Weighs a model on disk.</summary>
internal static class SizeMeter
{
    private const int ChunkElements = 1 << 16;

    /// <summary>Reads every weight once and compresses every file once.</summary>
    public static ModelSize Measure(ModelFolder folder, CancellationToken cancellationToken)
    {
        var (parameters, nonZero) = Count(folder, cancellationToken);
        return new ModelSize(folder.WeightBytes, folder.WeightFiles.Sum(path => Deflated(path, cancellationToken)), parameters, nonZero);
    }

    private static unsafe (long Parameters, long NonZero) Count(ModelFolder folder, CancellationToken cancellationToken)
    {
        using var weights = folder.OpenWeights();
        var (parameters, nonZero) = (0L, 0L);
        var values = new float[ChunkElements];
        foreach (var name in weights.Names)
        {
            if (!weights.TryGet(name, out var tensor))
            {
                continue;
            }

            cancellationToken.ThrowIfCancellationRequested();
            var elements = tensor.Shape.Aggregate(1L, (product, length) => product * length);
            for (var first = 0L; first < elements; first += ChunkElements)
            {
                var count = (int)Math.Min(ChunkElements, elements - first);
                fixed (float* to = values)
                {
                    Blocks.Dequantise(tensor.Format, tensor.Bytes + FormatTraits.LengthBytes(tensor.Format, first), count, to);
                }

                nonZero += count - values.AsSpan(0, count).Count(0f);
            }

            parameters += elements;
            GC.KeepAlive(tensor);
        }

        return (parameters, nonZero);
    }

    private static long Deflated(string path, CancellationToken cancellationToken)
    {
        using var file = File.OpenRead(path);
        using var counted = new CountingStream();
        using (var deflate = new ZLibStream(counted, CompressionLevel.Optimal, leaveOpen: true))
        {
            var buffer = new byte[1 << 20];
            while (file.Read(buffer) is > 0 and var read)
            {
                cancellationToken.ThrowIfCancellationRequested();
                deflate.Write(buffer, 0, read);
            }
        }

        return counted.Length;
    }

    /// <summary>Counts what is written and keeps nothing.</summary>
    private sealed class CountingStream : Stream
    {
        private long _length;

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => _length;

        public override long Position
        {
            get => _length;
            set => throw new NotSupportedException();
        }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => _length += count;

        public override void Write(ReadOnlySpan<byte> buffer) => _length += buffer.Length;
    }
}

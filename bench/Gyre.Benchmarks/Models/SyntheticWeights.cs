using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Gyre.Contracts;
using Gyre.Models.Architectures;
using Gyre.Models.Weights;
using Gyre.Tensors.Quantization;

namespace Gyre.Benchmarks.Models;

/// <summary>Seeded random weights of a configuration's shape, stored in one format (norms in F32).</summary>
internal sealed unsafe class SyntheticWeights : IWeightSource
{
    private const float Deviation = 0.02f;
    private readonly Dictionary<string, WeightTensor> _tensors = new(StringComparer.Ordinal);
    private readonly List<nint> _memory = [];

    public SyntheticWeights(DecoderConfiguration configuration, ElementFormat format)
        : this(new LlamaDecoder(configuration).Weights, format)
    {
    }

    public SyntheticWeights(IReadOnlyList<WeightSpec> specs, ElementFormat format)
    {
        var random = new SeededRandom(1);
        foreach (var spec in specs)
        {
            _tensors[spec.Name] = spec.Role switch
            {
                WeightRole.Norm => Make(spec.Name, ElementFormat.F32, [spec.Rows], Enumerable.Repeat(1f, spec.Rows).ToArray()),
                WeightRole.Bias => Make(spec.Name, ElementFormat.F32, [spec.Rows], [.. Enumerable.Range(0, spec.Rows).Select(_ => (random.NextSingle() - 0.5f) * 0.1f)]),
                _ => Matrix(spec, format, random),
            };
        }

        Names = [.. _tensors.Keys];
    }

    public IReadOnlyList<string> Names { get; }

    /// <summary>Bytes of all matrices.</summary>
    public long LengthBytes => _tensors.Values.Sum(tensor => tensor.LengthBytes);

    public bool TryGet(string name, [NotNullWhen(true)] out WeightTensor? tensor) => _tensors.TryGetValue(name, out tensor);

    public void Dispose()
    {
        foreach (var address in _memory)
        {
            NativeMemory.Free((void*)address);
        }
    }

    private WeightTensor Matrix(WeightSpec spec, ElementFormat format, SeededRandom random)
    {
        // One random row of every 64 is drawn; the others repeat it rotated, which is enough to defeat nothing but the draw's cost.
        var rowBytes = (int)FormatTraits.LengthBytes(format, spec.Columns);
        var bytes = Allocate((long)rowBytes * spec.Rows);
        var row = new float[spec.Columns];
        for (var r = 0; r < spec.Rows; r++)
        {
            if (r % 64 == 0)
            {
                for (var i = 0; i < row.Length; i++)
                {
                    row[i] = (random.NextSingle() - 0.5f) * 2 * 1.73f * Deviation;
                }
            }

            var shift = r % 64 * 7 % row.Length;
            float[] turned = [.. row.AsSpan(shift), .. row.AsSpan(0, shift)];
            Blocks.Quantise(format, turned, new Span<byte>(bytes + ((long)r * rowBytes), rowBytes));
        }

        return new WeightTensor(spec.Name, format, [spec.Rows, spec.Columns], bytes, (long)rowBytes * spec.Rows);
    }

    private WeightTensor Make(string name, ElementFormat format, long[] shape, float[] values)
    {
        var bytes = Allocate(values.Length * sizeof(float));
        values.CopyTo(new Span<float>(bytes, values.Length));
        return new WeightTensor(name, format, shape, bytes, values.Length * sizeof(float));
    }

    private byte* Allocate(long lengthBytes)
    {
        var bytes = (byte*)NativeMemory.Alloc((nuint)lengthBytes);
        _memory.Add((nint)bytes);
        return bytes;
    }
}

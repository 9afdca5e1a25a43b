using Gyre.Models.Weights;
using Gyre.Tensors.Quantization;

namespace Gyre.Models.Architectures.Engine;

/// <summary>The weights of a model in the form that plans read.</summary>
/// <remarks>Owns: the packed memory, until disposed. The file is not needed afterwards.</remarks>
internal sealed unsafe class EngineWeights : IDisposable
{
    private readonly WeightMatrix?[] _matrices;
    private readonly NativeBuffer?[] _vectors;

    private EngineWeights(int count)
    {
        _matrices = new WeightMatrix?[count];
        _vectors = new NativeBuffer?[count];
    }

    public static EngineWeights Load(IReadOnlyList<WeightBinding> bindings, ElementFormat? format)
    {
        var weights = new EngineWeights(bindings.Count);
        try
        {
            foreach (var binding in bindings)
            {
                if (binding.Spec.IsVector)
                {
                    weights._vectors[binding.Spec.Index] = LoadVector(binding);
                }
                else
                {
                    weights._matrices[binding.Spec.Index] = LoadMatrix(binding, format);
                }
            }

            return weights;
        }
        catch
        {
            weights.Dispose();
            throw;
        }
    }

    /// <summary>A matrix or embedding; the architecture declared it, so it was loaded.</summary>
    public WeightMatrix Matrix(WeightSpec spec) => _matrices[spec.Index]!;

    /// <summary>A norm or bias; the architecture declared it, so it was loaded.</summary>
    public NativeBuffer Vector(WeightSpec spec) => _vectors[spec.Index]!;

    public void Dispose()
    {
        foreach (var matrix in _matrices)
        {
            matrix?.Dispose();
        }

        foreach (var vector in _vectors)
        {
            vector?.Dispose();
        }
    }

    private static NativeBuffer LoadVector(WeightBinding binding)
    {
        var buffer = NativeBuffer.OfFloats(binding.Spec.Rows);
        var stored = new float[binding.Spec.Rows];
        fixed (float* first = stored)
        {
            Blocks.Dequantise(binding.Tensor.Format, binding.Tensor.Bytes, stored.Length, first);
        }

        for (var row = 0; row < stored.Length; row++)
        {
            buffer.Floats[row] = stored[binding.StoredRow(row)];
        }

        return buffer;
    }

    private static WeightMatrix LoadMatrix(WeightBinding binding, ElementFormat? format)
    {
        using var rows = WeightRows.Read(binding, format);
        return new WeightMatrix(rows);
    }
}

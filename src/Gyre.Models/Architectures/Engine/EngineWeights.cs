using Gyre.Models.Weights;
using Gyre.Tensors;
using Gyre.Tensors.Quantization;
using Gyre.Tensors.Threading;

namespace Gyre.Models.Architectures.Engine;

/// <summary>The weights of a model in the form that plans read.</summary>
/// <remarks>Owns: the packed memory, until disposed. The file is not needed afterwards.</remarks>
internal sealed unsafe class EngineWeights : IDisposable
{
    private readonly PackedMatrix?[] _matrices;
    private readonly NativeBuffer?[] _vectors;
    private readonly PackedMemory _memory = new();

    private EngineWeights(int count)
    {
        _matrices = new PackedMatrix?[count];
        _vectors = new NativeBuffer?[count];
    }

    /// <summary>How many there are.</summary>
    public int Count => _matrices.Length;

    public static EngineWeights Load(IReadOnlyList<WeightBinding> bindings, ElementFormat? format, ThreadTeam team)
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
                    weights._matrices[binding.Spec.Index] = weights.LoadMatrix(binding, format, team);
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
    public PackedMatrix Matrix(WeightSpec spec) => _matrices[spec.Index]!;

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

        _memory.Dispose();
    }

    private static NativeBuffer LoadVector(WeightBinding binding)
    {
        var buffer = NativeBuffer.OfFloats(binding.Spec.Rows);
        try
        {
            binding.CopyTo(buffer.Floats);
            var values = new ReadOnlySpan<float>(buffer.Floats, binding.Spec.Rows);
            for (var row = 0; row < values.Length; row++)
            {
                if (!float.IsFinite(values[row]))
                {
                    throw new ModelException(
                        "RUN0015",
                        $"Load model weights: found {values[row]} at index {binding.Place.StoredRow(row)} of tensor '{binding.Tensor.Name}'; expected finite numbers. Fetch the file again, or use an earlier checkpoint.");
                }
            }

            return buffer;
        }
        catch
        {
            buffer.Dispose();
            throw;
        }
    }

    private PackedMatrix LoadMatrix(WeightBinding binding, ElementFormat? format, ThreadTeam team)
    {
        using var rows = WeightRows.Read(binding, binding.Spec.Role == WeightRole.Position ? null : format);
        try
        {
            return PackedMatrix.Pack(rows.Format, rows.Bytes, rows.Rows, rows.Columns, team, _memory);
        }
        catch (TensorException error) when (error.Code == "TEN0104")
        {
            throw new ModelException("RUN0015", $"Load model weights: tensor '{binding.Tensor.Name}': {error.Message}", error);
        }
    }
}

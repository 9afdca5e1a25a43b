using System.Numerics;
using Gyre.Tensors.Quantization;

namespace Gyre.Models.Weights;

/// <summary>Looks through weights for the first value that is not a finite number.</summary>
/// <remarks>Cost: one read of every byte, vectorised; no allocation per element. Integers are always finite.</remarks>
public static unsafe class WeightScan
{
    /// <summary>The first non-finite value of a tensor, or null when there is none.</summary>
    public static NonFiniteWeight? FindNonFinite(WeightTensor tensor)
    {
        var index = tensor.Format switch
        {
            ElementFormat.F32 => FindPlain<uint>(tensor, 0x7F80_0000),
            ElementFormat.F16 => FindPlain<ushort>(tensor, 0x7C00),
            ElementFormat.BF16 => FindPlain<ushort>(tensor, 0x7F80),
            ElementFormat.F64 => FindPlain<ulong>(tensor, 0x7FF0_0000_0000_0000),
            ElementFormat.Q4_0 or ElementFormat.Q8_0 => FindScale(tensor, firstScale: 0, scales: 1),
            ElementFormat.Q4_K or ElementFormat.Q5_K => FindScale(tensor, firstScale: 0, scales: 2),
            ElementFormat.Q6_K => FindScale(tensor, firstScale: 208, scales: 1),
            _ => -1,
        };
        GC.KeepAlive(tensor);
        return index < 0 ? null : new NonFiniteWeight(tensor.Name, index, ValueAt(tensor, index));
    }

    /// <summary>The first non-finite value of a set of weights, in the order of its names, or null when there is none.</summary>
    public static NonFiniteWeight? FindNonFinite(IWeightSource source)
    {
        foreach (var name in source.Names)
        {
            if (FindNonFinite(source.Get(name)) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    /// <summary>Refuses weights that hold a non-finite value.</summary>
    /// <remarks>Errors: <see cref="ModelException"/> RUN0015, with the tensor and the index.</remarks>
    public static void RequireFinite(IWeightSource source)
    {
        if (FindNonFinite(source) is { } found)
        {
            throw WeightErrors.NonFinite(found.TensorName, found.Index, found.Value.ToString());
        }
    }

    private static long FindPlain<T>(WeightTensor tensor, T exponent)
        where T : unmanaged, IBinaryInteger<T>
    {
        var values = (T*)tensor.Bytes;
        var count = tensor.LengthBytes / sizeof(T);
        var mask = new Vector<T>(exponent);
        var i = 0L;
        for (; i <= count - Vector<T>.Count; i += Vector<T>.Count)
        {
            if (Vector.EqualsAny(Vector.Load(values + i) & mask, mask))
            {
                break;
            }
        }

        for (; i < count; i++)
        {
            if ((values[i] & exponent) == exponent)
            {
                return i;
            }
        }

        return -1;
    }

    private static long FindScale(WeightTensor tensor, int firstScale, int scales)
    {
        var layout = ElementLayout.Of(tensor.Format);
        var blocks = tensor.LengthBytes / layout.BytesPerBlock;
        for (var block = 0L; block < blocks; block++)
        {
            var halves = (ushort*)(tensor.Bytes + (block * layout.BytesPerBlock) + firstScale);
            for (var i = 0; i < scales; i++)
            {
                if ((halves[i] & 0x7C00) == 0x7C00)
                {
                    return block * layout.ElementsPerBlock;
                }
            }
        }

        return -1;
    }

    private static double ValueAt(WeightTensor tensor, long index)
    {
        var layout = ElementLayout.Of(tensor.Format);
        var bytes = tensor.Bytes + (index / layout.ElementsPerBlock * layout.BytesPerBlock);
        return tensor.Format switch
        {
            ElementFormat.F32 => *(float*)bytes,
            ElementFormat.F64 => *(double*)bytes,
            ElementFormat.BF16 => BitConverter.UInt32BitsToSingle((uint)*(ushort*)bytes << 16),
            ElementFormat.F16 => (double)*(Half*)bytes,
            ElementFormat.Q6_K => (double)*(Half*)(bytes + 208),
            _ => double.IsFinite((double)*(Half*)bytes) ? (double)*(Half*)(bytes + 2) : (double)*(Half*)bytes,
        };
    }
}

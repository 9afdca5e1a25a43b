using Gyre.Tensors.Quantization;

namespace Gyre.Tensors.Kernels;

/// <summary>The scalar twin of the products with packed weights.</summary>
internal static unsafe class PackedReference
{
    /// <summary>One group of 16 rows against every token; rows behind the matrix's end are not stored.</summary>
    public static void MultiplyGroup(PackedShape shape, byte* group, int firstRow, ActivationView x, float* y, nint yStride)
    {
        var rows = Math.Min(PackedLayout.GroupRows, shape.Rows - firstRow);
        for (var token = 0; token < x.Tokens; token++)
        {
            for (var row = 0; row < rows; row++)
            {
                y[(token * yStride) + firstRow + row] = shape.Format switch
                {
                    ElementFormat.Q8_0 or ElementFormat.Q4_0 => DotBlocks(shape, group, row, token, x),
                    ElementFormat.Q4_K or ElementFormat.Q5_K or ElementFormat.Q6_K => DotSuperBlocks(shape, group, row, token, x),
                    _ => DotFloats(shape, group, row, x.Floats + (token * x.FloatStride)),
                };
            }
        }
    }

    /// <summary>Four interleaved sums, as in the vector kernels: their order is part of the result.</summary>
    private static float DotFloats(PackedShape shape, byte* group, int row, float* x)
    {
        var sums = stackalloc float[4];
        for (var column = 0; column < shape.Columns; column++)
        {
            var index = ((nint)column * PackedLayout.GroupRows) + row;
            var weight = shape.Format switch
            {
                ElementFormat.F32 => ((float*)group)[index],
                ElementFormat.F16 => Blocks.HalfAt(group + (2 * index)),
                _ => BitConverter.UInt32BitsToSingle((uint)((ushort*)group)[index] << 16),
            };
            sums[column % 4] += weight * x[column];
        }

        return sums[0] + sums[1] + (sums[2] + sums[3]);
    }

    private static float DotBlocks(PackedShape shape, byte* group, int row, int token, ActivationView x)
    {
        var sum = 0f;
        for (var block = 0; block < shape.Columns / PackedActivations.BlockLength; block++)
        {
            var index = ((nint)block * x.Tokens) + token;
            var codes = 0;
            for (var i = 0; i < PackedActivations.BlockLength; i++)
            {
                codes += PackedLayout.CodeAt(shape.Format, group, row, (block * PackedActivations.BlockLength) + i) * Activation(shape.Format, x, index, i);
            }

            var scale = Blocks.HalfAt(PackedLayout.Scales(shape.Format, group, block) + (2 * row));
            sum += codes * (scale * x.Scales[index].Scale);
        }

        return sum;
    }

    /// <summary>Per 32 columns, the exact integer and the minimum's share, in the order of the vector kernels.</summary>
    private static float DotSuperBlocks(PackedShape shape, byte* group, int row, int token, ActivationView x)
    {
        var sum = 0f;
        for (var column = 0; column < shape.Columns; column += PackedActivations.BlockLength)
        {
            var index = ((nint)(column / PackedActivations.BlockLength) * x.Tokens) + token;
            var whole = 0;
            for (var i = 0; i < PackedActivations.BlockLength; i++)
            {
                var code = SuperBlockLayout.CodeAt(shape.Format, group, row, column + i);
                whole += SuperBlockLayout.FactorAt(shape.Format, group, row, column + i) * code * x.Signed[(index * PackedActivations.BlockLength) + i];
            }

            var (scale, minimum) = SuperBlockLayout.Scales(shape.Format, group, row, column);
            sum += whole * (scale * x.Scales[index].Scale);
            if (shape.Format != ElementFormat.Q6_K)
            {
                sum -= minimum * SuperBlockLayout.MinimumAt(shape.Format, group, row, column) * x.Scales[index].ScaledSum;
            }
        }

        return sum;
    }

    private static int Activation(ElementFormat format, ActivationView x, nint index, int i)
    {
        if (format == ElementFormat.Q4_0)
        {
            return x.Signed[(index * PackedActivations.BlockLength) + i];
        }

        var split = x.Split + (index * 2 * PackedActivations.BlockLength);
        return split[i + PackedActivations.BlockLength] == 0 ? split[i] : -split[i];
    }
}

using Gyre.Tensors.Quantization;

namespace Gyre.Tensors.Kernels;

/// <summary>Chooses the kernel of a product with packed weights by format, processor and number of tokens.</summary>
internal static unsafe class PackedKernels
{
    /// <summary>Multiplies groups of rows with every token of <paramref name="x"/>.</summary>
    public static void MultiplyGroups(PackedShape shape, byte* matrix, int firstGroup, int groupCount, ActivationView x, float* y, nint yStride)
    {
        for (var group = firstGroup; group < firstGroup + groupCount; group++)
        {
            PackedReference.MultiplyGroup(shape, matrix + (group * shape.GroupBytes), group * PackedLayout.GroupRows, x, y, yStride);
        }
    }
}

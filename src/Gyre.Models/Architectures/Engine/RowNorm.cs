using Gyre.Models.Architectures.Kernels;
using Gyre.Tensors;

namespace Gyre.Models.Architectures.Engine;

/// <summary>A norm with its loaded weights.</summary>
[HotPath]
internal sealed unsafe class RowNorm(NativeBuffer gain, NativeBuffer? bias, NormSpec spec)
{
    /// <summary>Norms one row; in place when destination is x.</summary>
    public void Apply(float* x, int width, float* destination)
    {
        if (spec.Centres)
        {
            RowKernels.LayerNorm(x, gain.Floats, bias is null ? null : bias.Floats, width, spec.Epsilon, destination);
        }
        else
        {
            RowKernels.RmsNorm(x, gain.Floats, width, spec.Epsilon, destination);
        }
    }
}

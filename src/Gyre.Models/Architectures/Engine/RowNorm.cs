using Gyre.Models.Architectures.Kernels;
using Gyre.Tensors;

namespace Gyre.Models.Architectures.Engine;

/// <summary>A norm with its loaded weights.</summary>
[HotPath]
internal sealed unsafe class RowNorm(NativeBuffer gain, NativeBuffer? bias, NormSpec spec)
{
    /// <summary>Norms one row of a run, with what its adapter has instead of the base's numbers; in place when destination is x.</summary>
    public void Apply(PlanRun* run, int row, float* x, int width, float* destination)
    {
        var gains = gain.Floats;
        var biases = bias is null ? null : bias.Floats;
        if (run->HasAdapters && run->AdapterOf(row) is var adapter && adapter is not null)
        {
            var own = (adapter + spec.Gain.Index)->Gain;
            var ownBias = spec.Bias is null ? null : (adapter + spec.Bias.Index)->Offset;
            gains = own is null ? gains : own;
            biases = ownBias is null ? biases : ownBias;
        }

        Apply(gains, biases, x, width, destination);
    }

    private void Apply(float* gains, float* biases, float* x, int width, float* destination)
    {
        if (spec.Centres)
        {
            RowKernels.LayerNorm(x, gains, biases, width, spec.Epsilon, destination);
        }
        else
        {
            RowKernels.RmsNorm(x, gains, width, spec.Epsilon, destination);
        }
    }
}

using Gyre.Models.Architectures.Kernels;
using Gyre.Tensors;
using Gyre.Tensors.Threading;

namespace Gyre.Models.Architectures.Engine;

/// <summary>Normalises every row.</summary>
[HotPath]
internal sealed unsafe class RmsNormStep(Value input, Value output, NativeBuffer gain, int width, float epsilon) : PlanStep
{
    private float* _input;
    private float* _output;

    public override IReadOnlyList<Value> Inputs => [input];

    public override IReadOnlyList<Value> Outputs => [output];

    public override void Bind(ReadOnlySpan<nint> buffers)
    {
        _input = (float*)buffers[input.Index];
        _output = (float*)buffers[output.Index];
    }

    public override void Run(PlanRun* run, int member, ThreadTeam team)
    {
        var (begin, end) = ThreadTeam.Slice(run->Rows, member, team.Size);
        for (var row = begin; row < end; row++)
        {
            RowKernels.RmsNorm(_input + ((long)row * width), gain.Floats, width, epsilon, _output + ((long)row * width));
        }
    }
}

using Gyre.Tensors.Kernels;

namespace Gyre.Models.Architectures.Engine;

/// <summary>Each member's work space for attention; all layers with heads of one width use the same.</summary>
internal sealed unsafe class AttentionScratch : IDisposable
{
    private const int LineFloats = 16;
    private readonly NativeBuffer _floats;
    private readonly NativeBuffer _integers;
    private readonly long _floatsPerMember;
    private readonly long _integersPerMember;

    public AttentionScratch(int headWidth, PlanLimits limits)
    {
        HeadWidth = headWidth;
        _floatsPerMember = Rounded(FusedAttention.ScratchLength(headWidth));
        _integersPerMember = Rounded(limits.MaxRows);
        _floats = NativeBuffer.OfFloats(_floatsPerMember * limits.Members);
        _integers = NativeBuffer.OfFloats(_integersPerMember * limits.Members);
    }

    public int HeadWidth { get; }

    public float* Floats(int member) => _floats.Floats + (member * _floatsPerMember);

    /// <summary>One whole number a row.</summary>
    public int* Integers(int member) => (int*)(_integers.Floats + (member * _integersPerMember));

    public void Dispose()
    {
        _floats.Dispose();
        _integers.Dispose();
    }

    /// <summary>Whole cache lines, with one between the members.</summary>
    private static long Rounded(long count) => ((count + LineFloats - 1) / LineFloats * LineFloats) + LineFloats;
}

namespace Gyre.Models.Architectures.Engine;

/// <summary>One row for each member of the team; all steps with rows of one width use the same.</summary>
internal sealed unsafe class RowScratch : IDisposable
{
    private const int LineFloats = 16;
    private readonly NativeBuffer _floats;
    private readonly long _perMember;

    public RowScratch(int width, PlanLimits limits)
    {
        Width = width;

        // Whole cache lines, with one between the members.
        _perMember = ((width + LineFloats - 1) / LineFloats * LineFloats) + LineFloats;
        _floats = NativeBuffer.OfFloats(_perMember * limits.Members);
    }

    public int Width { get; }

    public float* Floats(int member) => _floats.Floats + (member * _perMember);

    public void Dispose() => _floats.Dispose();
}

namespace Gyre.Tensors.Kernels;

/// <summary>One call of a gated activation over rows.</summary>
internal unsafe struct GatedJob
{
    public long Rows;
    public int Width;
    public RowArray Gate;
    public RowArray Up;
    public RowArray Out;
    public RowArray OutGradient;
    public RowArray GateGradient;
    public RowArray UpGradient;
    public bool AccumulateGate;
    public bool AccumulateUp;
}

namespace Gyre.Tensors.Kernels;

/// <summary>One sum over rows.</summary>
internal unsafe struct ColumnSumJob
{
    public long Rows;
    public int Width;
    public RowArray X;
    public float* Y;
    public bool Accumulate;
}

namespace Gyre.Tensors.Kernels;

/// <summary>One look-up of table rows, or its gradient.</summary>
internal unsafe struct EmbeddingJob
{
    public int Count;
    public int Width;
    public int* Indices;
    public RowArray Table;
    public RowArray Rows;
}

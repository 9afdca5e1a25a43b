using Gyre.Models.Architectures.Kernels;
using Gyre.Tensors;
using Gyre.Tensors.Quantization;
using Gyre.Tensors.Threading;

namespace Gyre.Models.Architectures.Engine;

/// <summary>The input rows of a step's matrix products, encoded once in the forms that its matrices need.</summary>
[HotPath]
internal sealed unsafe class MatrixInput : IDisposable
{
    /// <summary>Rows of a group of a <see cref="PackedMatrix"/>.</summary>
    private const int GroupRows = 16;

    private readonly PackedActivations _rows;

    public MatrixInput(IEnumerable<PackedMatrix> matrices, int maxRows)
    {
        var forms = ActivationForms.None;
        foreach (var matrix in matrices)
        {
            forms |= matrix.Form;
            Width = matrix.Columns;
        }

        _rows = new PackedActivations(Width, maxRows, forms);
    }

    public int Width { get; }

    /// <summary>Encodes the rows, each member its share, and waits for the others.</summary>
    public void Load(float* input, int rows, int member, ThreadTeam team)
    {
        var (begin, end) = ThreadTeam.Slice(rows, member, team.Size);
        _rows.LoadSlice(input, Width, rows, begin, end - begin);
        team.Barrier();
    }

    /// <summary>Multiplies some groups of 16 rows of a matrix and adds its bias; returns the rows they cover.</summary>
    public (int First, int End) Multiply(ProjectionTarget target, float* output, int rows, int beginGroup, int endGroup)
    {
        var weight = target.Weight;
        weight.MultiplyGroups(beginGroup, endGroup - beginGroup, _rows, output, weight.Rows);
        var first = Math.Min(beginGroup * GroupRows, weight.Rows);
        var end = Math.Min(endGroup * GroupRows, weight.Rows);
        if (target.Bias is { } bias)
        {
            RowKernels.AddToColumns(output, rows, weight.Rows, bias.Floats, first, end);
        }

        return (first, end);
    }

    public void Dispose() => _rows.Dispose();
}

using Gyre.Tensors;
using Gyre.Tensors.Threading;

namespace Gyre.Models.Architectures.Engine;

/// <summary>The input rows of a step's matrix products, in the form that its matrices read.</summary>
[HotPath]
internal sealed unsafe class MatrixInput(IEnumerable<WeightMatrix> matrices, int maxRows)
{
    private readonly int _width = matrices.First().Columns;

    public float* Floats { get; private set; }

    public int MaxRows { get; } = maxRows;

    public int Width => _width;

    public void Prepare(float* input, int rows, int member, ThreadTeam team)
    {
        if (member == 0)
        {
            Floats = input;
        }

        team.Barrier();
    }
}

using Gyre.Tensors;
using Gyre.Tensors.Kernels;
using Gyre.Tensors.Threading;

namespace Gyre.Training.Optimization;

/// <summary>Replaces a matrix by one with the same singular vectors and singular values near 1.</summary>
/// <remarks>
/// Five steps of a Newton–Schulz iteration whose quintic lifts small singular values quickly; they end between about
/// 0.7 and 1.2. Unsafe because the matrix products take addresses. Owns its buffers, as large as the largest matrix. The bits do not depend on the number of threads.
/// <para>Cost: 20·r²·c + 10·r³ operations for an r×c matrix with r ≤ c; allocates nothing.</para>
/// <para>Source: K. Jordan and others, "Muon: an optimizer for hidden layers in neural networks", 2024.</para>
/// </remarks>
internal sealed unsafe class Orthogonalization
{
    private const int Steps = 5;
    private const float A = 3.4445f;
    private const float B = -4.7750f;
    private const float C = 2.0315f;

    private readonly float[] _next;
    private readonly float[] _gram;
    private readonly float[] _square;

    /// <param name="largest">Elements of the largest matrix.</param>
    /// <param name="widest">The largest of the matrices' smaller sides.</param>
    public Orthogonalization(int largest, int widest)
    {
        _next = new float[largest];
        _gram = new float[widest * widest];
        _square = new float[widest * widest];
    }

    /// <summary>Works in place.</summary>
    /// <param name="team">Who computes.</param>
    /// <param name="matrix">Row-major, <paramref name="rows"/> × <paramref name="columns"/>.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns.</param>
    [HotPath]
    public void Apply(ThreadTeam team, Span<float> matrix, int rows, int columns)
    {
        var norm = 0.0;
        foreach (var value in matrix)
        {
            norm += (double)value * value;
        }

        var scale = (float)(1 / (Math.Sqrt(norm) + 1e-7));
        foreach (ref var value in matrix)
        {
            value *= scale;
        }

        fixed (float* x = matrix, next = _next, gram = _gram, square = _square)
        {
            // The smaller side is the one whose Gram matrix is built; a tall matrix is walked as its transpose.
            var (r, c) = rows <= columns ? (rows, columns) : (columns, rows);
            var (rowStep, columnStep) = rows <= columns ? (columns, 1) : (1, columns);
            for (var i = 0; i < Steps; i++)
            {
                Gemm.Multiply(team, r, r, c, x, rowStep, columnStep, x, columnStep, rowStep, gram, r, accumulate: false);
                Gemm.Multiply(team, r, r, r, gram, r, 1, gram, r, 1, square, r, accumulate: false);
                for (var j = 0; j < r * r; j++)
                {
                    square[j] = (B * gram[j]) + (C * square[j]);
                }

                for (var j = 0; j < matrix.Length; j++)
                {
                    next[j] = A * x[j];
                }

                if (rows <= columns)
                {
                    Gemm.Multiply(team, r, c, r, square, r, 1, x, columns, 1, next, columns, accumulate: true);
                }
                else
                {
                    // The polynomial of a symmetric matrix is symmetric: Xᵀ ← p·Xᵀ is X ← X·p.
                    Gemm.Multiply(team, c, r, r, x, columns, 1, square, r, 1, next, columns, accumulate: true);
                }

                new Span<float>(next, matrix.Length).CopyTo(matrix);
            }
        }
    }
}

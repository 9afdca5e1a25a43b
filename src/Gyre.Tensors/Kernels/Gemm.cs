using Gyre.Tensors.Threading;

namespace Gyre.Tensors.Kernels;

/// <summary>Dense single-precision matrix products.</summary>
public static unsafe class Gemm
{
    /// <summary>Computes C = A·B, or C += A·B, for matrices with any element strides.</summary>
    /// <param name="team">Who computes; the result has the same bits for every team size.</param>
    /// <param name="m">Rows of A and C.</param>
    /// <param name="n">Columns of B and C.</param>
    /// <param name="k">Columns of A and rows of B; with 0, C becomes zero (or stays, when accumulating).</param>
    /// <param name="a">A: element (i, p) lies at <c>a[i·aRow + p·aCol]</c>; swap the strides for a transposed A.</param>
    /// <param name="aRow">Elements from one row of A to the next.</param>
    /// <param name="aCol">Elements from one column of A to the next.</param>
    /// <param name="b">B: element (p, j) lies at <c>b[p·bRow + j·bCol]</c>; swap the strides for a transposed B.</param>
    /// <param name="bRow">Elements from one row of B to the next.</param>
    /// <param name="bCol">Elements from one column of B to the next.</param>
    /// <param name="c">C: element (i, j) lies at <c>c[i·cRow + j]</c>; must not overlap A or B.</param>
    /// <param name="cRow">Elements from one row of C to the next, at least <paramref name="n"/>.</param>
    /// <param name="accumulate">Adds to C instead of overwriting it.</param>
    /// <remarks>
    /// <b>Shape</b>: [m,k]·[k,n] → [m,n].
    /// <para><b>Cost</b>: 2·m·n·k operations; no allocation after the team's buffers have grown (at most 9 MiB + 0.6 MiB a member).</para>
    /// </remarks>
    [HotPath]
    public static void Multiply(
        ThreadTeam team, int m, int n, int k, float* a, nint aRow, nint aCol, float* b, nint bRow, nint bCol, float* c, nint cRow, bool accumulate)
    {
        ArgumentNullException.ThrowIfNull(team);
        ArgumentOutOfRangeException.ThrowIfNegative(m);
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        ArgumentOutOfRangeException.ThrowIfNegative(k);
        var job = new Job { M = m, N = n, K = k, A = a, ARow = aRow, ACol = aCol, B = b, BRow = bRow, BCol = bCol, C = c, CRow = cRow, Accumulate = accumulate };
        team.Run(&RunMember, &job);
    }

    private static void RunMember(int member, int size, void* state)
    {
        var job = (Job*)state;
        var (begin, end) = ThreadTeam.Slice(job->M, member, size);
        GemmReference.MultiplyRows(begin, end, job->N, job->K, job->A, job->ARow, job->ACol, job->B, job->BRow, job->BCol, job->C, job->CRow, job->Accumulate);
    }

    private struct Job
    {
        public int M;
        public int N;
        public int K;
        public float* A;
        public nint ARow;
        public nint ACol;
        public float* B;
        public nint BRow;
        public nint BCol;
        public float* C;
        public nint CRow;
        public bool Accumulate;
    }
}

using Gyre.Tensors.Threading;

namespace Gyre.Tensors.Kernels;

/// <summary>Dense single-precision matrix products.</summary>
public static unsafe class Gemm
{
    /// <summary>Below this many multiplications one thread is done before others would have woken.</summary>
    private const long AloneBelow = 40_000;

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
    /// <para><b>Errors</b>: a negative size is refused; strides and addresses are trusted.</para>
    /// <para><b>Cost</b>: 2·m·n·k operations; no allocation after the team's buffers have grown (at most 8 MiB + 0.6 MiB a member).</para>
    /// </remarks>
    [HotPath]
    public static void Multiply(
        ThreadTeam team, int m, int n, int k, float* a, nint aRow, nint aCol, float* b, nint bRow, nint bCol, float* c, nint cRow, bool accumulate)
    {
        ArgumentNullException.ThrowIfNull(team);
        var job = new GemmJob { M = m, N = n, K = k, A = a, ARow = aRow, ACol = aCol, B = b, BRow = bRow, BCol = bCol, C = c, CRow = cRow, Accumulate = accumulate };
        if (IsDone(in job))
        {
            return;
        }

        var call = new Call { Job = job, Team = team.Handle };
        if ((long)m * n * k < AloneBelow)
        {
            team.RunAlone(&RunMember, &call);
        }
        else
        {
            team.Run(&RunMember, &call);
        }
    }

    /// <summary>Computes one product on one member, inside a body that the team is running.</summary>
    /// <param name="team">The team whose body is running.</param>
    /// <param name="member">The member that calls; its packing buffers are used.</param>
    /// <remarks>Same bits as <see cref="Multiply"/>; the other parameters, errors and costs are the same too.</remarks>
    [HotPath]
    public static void MultiplyOnMember(
        ThreadTeam team, int member, int m, int n, int k, float* a, nint aRow, nint aCol, float* b, nint bRow, nint bCol, float* c, nint cRow, bool accumulate)
    {
        ArgumentNullException.ThrowIfNull(team);
        var job = new GemmJob { M = m, N = n, K = k, A = a, ARow = aRow, ACol = aCol, B = b, BRow = bRow, BCol = bCol, C = c, CRow = cRow, Accumulate = accumulate };
        if (!IsDone(in job))
        {
            ComputePart(in job, 0, 1, null, team.Workspace(member), team.Workspace(member));
        }
    }

    /// <summary>Computes many products of one shape, C[i] = A[i]·B[i] or C[i] += A[i]·B[i].</summary>
    /// <param name="batch">How many products.</param>
    /// <param name="aBatch">Elements from one A to the next; 0 when all share one.</param>
    /// <param name="bBatch">Elements from one B to the next; 0 when all share one.</param>
    /// <param name="cBatch">Elements from one C to the next; the results must not overlap.</param>
    /// <remarks>
    /// Whole products are dealt to the members when there are enough of them, otherwise each is computed by all.
    /// The other parameters, errors, costs and bits are those of <see cref="Multiply"/>.
    /// </remarks>
    [HotPath]
    public static void MultiplyBatch(
        ThreadTeam team,
        int batch,
        int m,
        int n,
        int k,
        float* a,
        nint aBatch,
        nint aRow,
        nint aCol,
        float* b,
        nint bBatch,
        nint bRow,
        nint bCol,
        float* c,
        nint cBatch,
        nint cRow,
        bool accumulate)
    {
        ArgumentNullException.ThrowIfNull(team);
        ArgumentOutOfRangeException.ThrowIfNegative(batch);
        if (batch % team.Size != 0 && batch < 4 * team.Size)
        {
            for (var i = 0; i < batch; i++)
            {
                Multiply(team, m, n, k, a + (i * aBatch), aRow, aCol, b + (i * bBatch), bRow, bCol, c + (i * cBatch), cRow, accumulate);
            }

            return;
        }

        var job = new GemmJob { M = m, N = n, K = k, A = a, ARow = aRow, ACol = aCol, B = b, BRow = bRow, BCol = bCol, C = c, CRow = cRow, Accumulate = accumulate };
        var call = new Call { Job = job, Team = team.Handle, Batch = batch, ABatch = aBatch, BBatch = bBatch, CBatch = cBatch };
        if ((long)m * n * k * batch < AloneBelow)
        {
            team.RunAlone(&RunBatchMember, &call);
        }
        else
        {
            team.Run(&RunBatchMember, &call);
        }
    }

    private static void RunMember(int member, int size, void* state)
    {
        var call = (Call*)state;
        var team = ThreadTeam.FromHandle(call->Team);
        ComputePart(in call->Job, member, size, size > 1 ? team : null, team.Workspace(0), team.Workspace(member));
    }

    private static void RunBatchMember(int member, int size, void* state)
    {
        var call = (Call*)state;
        var workspace = ThreadTeam.FromHandle(call->Team).Workspace(member);
        var (begin, end) = ThreadTeam.Slice(call->Batch, member, size);
        for (var i = begin; i < end; i++)
        {
            var job = call->Job;
            job.A += i * call->ABatch;
            job.B += i * call->BBatch;
            job.C += i * call->CBatch;
            if (!IsDone(in job))
            {
                ComputePart(in job, 0, 1, null, workspace, workspace);
            }
        }
    }

    private static void ComputePart(ref readonly GemmJob job, int member, int size, ThreadTeam? team, GemmWorkspace shared, GemmWorkspace own)
    {
        if (job.M == 1)
        {
            GemvKernels.Compute(job.N, job.K, job.B, job.BCol, job.BRow, job.A, job.ACol, job.C, 1, job.Accumulate, member, size);
        }
        else if (job.N == 1)
        {
            GemvKernels.Compute(job.M, job.K, job.A, job.ARow, job.ACol, job.B, job.BRow, job.C, job.CRow, job.Accumulate, member, size);
        }
        else if (GemmBlocking.IsSupported)
        {
            GemmBlocking.Compute(in job, member, size, team, shared, own);
        }
        else
        {
            var (begin, end) = ThreadTeam.Slice(job.M, member, size);
            GemmReference.MultiplyRows(begin, end, job.N, job.K, job.A, job.ARow, job.ACol, job.B, job.BRow, job.BCol, job.C, job.CRow, job.Accumulate);
        }
    }

    /// <summary>Checks the sizes and finishes products without terms.</summary>
    private static bool IsDone(ref readonly GemmJob job)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(job.M, "m");
        ArgumentOutOfRangeException.ThrowIfNegative(job.N, "n");
        ArgumentOutOfRangeException.ThrowIfNegative(job.K, "k");
        if (job.K > 0)
        {
            return job.M == 0 || job.N == 0;
        }

        for (var i = 0; i < job.M && !job.Accumulate; i++)
        {
            new Span<float>(job.C + (i * job.CRow), job.N).Clear();
        }

        return true;
    }

    private struct Call
    {
        public GemmJob Job;
        public nint Team;
        public int Batch;
        public nint ABatch;
        public nint BBatch;
        public nint CBatch;
    }
}

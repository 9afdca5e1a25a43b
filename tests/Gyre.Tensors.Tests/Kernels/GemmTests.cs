using Gyre.Contracts;
using Gyre.Tensors.Kernels;
using Gyre.Tensors.Threading;

namespace Gyre.Tensors.Tests.Kernels;

[Trait("kernel", "true")]
public unsafe class GemmTests
{
    public static TheoryData<int, int, int> Shapes => new()
    {
        { 1, 1, 1 }, { 1, 7, 5 }, { 7, 1, 5 }, { 5, 7, 1 }, { 3, 4, 0 }, { 13, 31, 17 }, { 14, 32, 16 }, { 15, 33, 19 }, { 28, 64, 33 },
        { 2, 130, 700 }, { 70, 5, 513 }, { 61, 97, 1030 }, { 300, 70, 40 }, { 33, 520, 64 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Agrees_with_the_scalar_twin_in_every_orientation(int m, int n, int k)
    {
        using var team = new ThreadTeam(2);
        foreach (var (aTransposed, bTransposed, spread) in Orientations)
        {
            foreach (var accumulate in new[] { false, true })
            {
                var problem = new Problem(m, n, k, aTransposed, bTransposed, spread);
                problem.AgreesWithTwin(team, accumulate);
            }
        }
    }

    [Theory]
    [InlineData(61, 97, 1030)]
    [InlineData(5, 300, 600)]
    [InlineData(1, 300, 600)]
    [InlineData(300, 1, 600)]
    [InlineData(130, 140, 90)]
    public void Any_number_of_threads_gives_the_same_bits(int m, int n, int k)
    {
        var problem = new Problem(m, n, k, false, true, 1);
        float[]? expected = null;
        foreach (var threads in new[] { 1, 2, 3, 7 })
        {
            using var team = new ThreadTeam(threads);
            var actual = problem.Multiply(team, accumulate: true);
            expected ??= actual;
            actual.ShouldBe(expected);
        }
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(6, 2)]
    [InlineData(5, 2)]
    [InlineData(64, 3)]
    public void A_batch_equals_its_products_one_by_one(int batch, int threads)
    {
        const int M = 19, N = 35, K = 50;
        using var team = new ThreadTeam(threads);
        var random = new SeededRandom(3);
        var a = Fill(random, batch * M * K);
        var b = Fill(random, N * K);
        var together = Fill(random, batch * M * N);
        var single = (float[])together.Clone();
        var onMember = (float[])together.Clone();
        fixed (float* pa = a, pb = b, pt = together, ps = single, po = onMember)
        {
            Gemm.MultiplyBatch(team, batch, M, N, K, pa, M * K, K, 1, pb, 0, 1, K, pt, M * N, N, accumulate: true);
            var job = (A: (nint)pa, B: (nint)pb, C: (nint)po);
            for (var i = 0; i < batch; i++)
            {
                Gemm.Multiply(team, M, N, K, pa + (i * M * K), K, 1, pb, 1, K, ps + (i * M * N), N, accumulate: true);
            }

            team.For(threads, member =>
            {
                var (begin, end) = ThreadTeam.Slice(batch, member, threads);
                for (var i = begin; i < end; i++)
                {
                    Gemm.MultiplyOnMember(team, member, M, N, K, (float*)job.A + (i * M * K), K, 1, (float*)job.B, 1, K, (float*)job.C + (i * M * N), N, accumulate: true);
                }
            });
        }

        together.ShouldBe(single);
        onMember.ShouldBe(single);
    }

    [Fact]
    public void Nothing_is_allocated_after_warm_up()
    {
        using var team = new ThreadTeam(2);
        var a = new float[90 * 100];
        var b = new float[100 * 110];
        var c = new float[90 * 110];
        fixed (float* pa = a, pb = b, pc = c)
        {
            Gemm.Multiply(team, 90, 110, 100, pa, 100, 1, pb, 110, 1, pc, 110, false);
            var before = GC.GetAllocatedBytesForCurrentThread();
            Gemm.Multiply(team, 90, 110, 100, pa, 100, 1, pb, 110, 1, pc, 110, false);
            (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
        }
    }

    [Fact]
    public void A_negative_size_is_refused()
    {
        using var team = new ThreadTeam(1);
        Should.Throw<ArgumentOutOfRangeException>(() => Gemm.Multiply(team, -1, 1, 1, null, 1, 1, null, 1, 1, null, 1, false)).ParamName.ShouldBe("m");
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(37, 70)]
    [InlineData(70, 37)]
    [InlineData(5, 1000)]
    [InlineData(1000, 5)]
    [InlineData(4, 0)]
    public void Matrix_vector_agrees_with_the_scalar_twin(int rows, int columns)
    {
        using var team = new ThreadTeam(2);
        foreach (var transposed in new[] { false, true })
        {
            var random = new SeededRandom(7);
            var a = Fill(random, rows * columns);
            var x = Fill(random, columns);
            var y = Fill(random, rows);
            var expected = (float[])y.Clone();
            nint aRow = transposed ? 1 : columns;
            nint aCol = transposed ? rows : 1;
            fixed (float* pa = a, px = x, py = y, pe = expected)
            {
                Gemv.Multiply(team, rows, columns, pa, aRow, aCol, px, py, accumulate: true);
                GemmReference.MultiplyRows(0, rows, 1, columns, pa, aRow, aCol, px, 1, 0, pe, 1, accumulate: true);
            }

            for (var i = 0; i < rows; i++)
            {
                y[i].ShouldBe(expected[i], Problem.Tolerance(columns));
            }
        }
    }

    /// <summary>Uniform values in [−1, 1).</summary>
    internal static float[] Fill(SeededRandom random, int count)
    {
        var values = new float[count];
        for (var i = 0; i < count; i++)
        {
            values[i] = (random.NextSingle() * 2) - 1;
        }

        return values;
    }

    private static readonly (bool ATransposed, bool BTransposed, int Spread)[] Orientations =
        [(false, false, 1), (false, true, 1), (true, false, 1), (true, true, 1), (false, false, 3)];

    /// <summary>One product with its operands; <c>spread</c> leaves gaps between elements and after rows.</summary>
    private sealed class Problem
    {
        private readonly int _m;
        private readonly int _n;
        private readonly int _k;
        private readonly float[] _a;
        private readonly float[] _b;
        private readonly float[] _c;
        private readonly nint _aRow;
        private readonly nint _aCol;
        private readonly nint _bRow;
        private readonly nint _bCol;
        private readonly nint _cRow;

        public Problem(int m, int n, int k, bool aTransposed, bool bTransposed, int spread)
        {
            (_m, _n, _k) = (m, n, k);
            (_aRow, _aCol) = aTransposed ? (spread, m * spread) : (k * spread, spread);
            (_bRow, _bCol) = bTransposed ? (spread, k * spread) : (n * spread, spread);
            _cRow = n + (spread - 1);
            var random = new SeededRandom(42);
            _a = Fill(random, m * k * spread);
            _b = Fill(random, k * n * spread);
            _c = Fill(random, m * (int)_cRow);
        }

        /// <summary>Products of values below 1: the error of a float sum grows at most linearly with its length.</summary>
        public static float Tolerance(int k) => 1e-6f * (k + 4);

        public float[] Multiply(ThreadTeam team, bool accumulate)
        {
            var c = (float[])_c.Clone();
            fixed (float* a = _a, b = _b, pc = c)
            {
                Gemm.Multiply(team, _m, _n, _k, a, _aRow, _aCol, b, _bRow, _bCol, pc, _cRow, accumulate);
            }

            return c;
        }

        public void AgreesWithTwin(ThreadTeam team, bool accumulate)
        {
            var expected = (float[])_c.Clone();
            fixed (float* a = _a, b = _b, c = expected)
            {
                GemmReference.MultiplyRows(0, _m, _n, _k, a, _aRow, _aCol, b, _bRow, _bCol, c, _cRow, accumulate);
            }

            var actual = Multiply(team, accumulate);
            for (var i = 0; i < actual.Length; i++)
            {
                if (Math.Abs(actual[i] - expected[i]) > Tolerance(_k) || i % _cRow >= _n && actual[i] != _c[i])
                {
                    actual[i].ShouldBe(expected[i], Tolerance(_k), $"element {i} of {_m}×{_n}×{_k}, strides A {_aRow},{_aCol} B {_bRow},{_bCol}, accumulate {accumulate}");
                }
            }
        }
    }
}

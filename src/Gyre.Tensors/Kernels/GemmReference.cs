namespace Gyre.Tensors.Kernels;

/// <summary>The scalar twin of <see cref="Gemm"/> and <see cref="Gemv"/>: one sum per element, in order, with plain arithmetic.</summary>
internal static unsafe class GemmReference
{
    /// <summary>C (+)= A·B for rows <paramref name="begin"/> … <paramref name="end"/> − 1 of C.</summary>
    public static void MultiplyRows(
        int begin, int end, int n, int k, float* a, nint aRow, nint aCol, float* b, nint bRow, nint bCol, float* c, nint cRow, bool accumulate)
    {
        for (var i = begin; i < end; i++)
        {
            for (var j = 0; j < n; j++)
            {
                var sum = 0f;
                for (var p = 0; p < k; p++)
                {
                    sum += a[i * aRow + p * aCol] * b[p * bRow + j * bCol];
                }

                c[i * cRow + j] = accumulate ? c[i * cRow + j] + sum : sum;
            }
        }
    }
}

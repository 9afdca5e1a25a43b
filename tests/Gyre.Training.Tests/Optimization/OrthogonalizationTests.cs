using Gyre.Contracts;
using Gyre.Tensors.Threading;
using Gyre.Training.Optimization;

namespace Gyre.Training.Tests.Optimization;

public class OrthogonalizationTests
{
    [Theory]
    [InlineData(24, 40)]
    [InlineData(40, 24)]
    [InlineData(33, 33)]
    [InlineData(1, 7)]
    public void The_iteration_follows_its_definition_in_double_precision(int rows, int columns)
    {
        var matrix = Draw(rows * columns, 5);
        var expected = Twin(matrix, rows, columns);
        using var team = new ThreadTeam(2);

        new Orthogonalization(rows * columns, Math.Min(rows, columns)).Apply(team, matrix, rows, columns);

        for (var i = 0; i < expected.Length; i++)
        {
            ((double)matrix[i]).ShouldBe(expected[i], 2e-5);
        }
    }

    [Fact]
    public void Singular_values_come_near_one_and_the_singular_vectors_stay()
    {
        // A diagonal matrix shows its singular values: from 1 down to 1/40 of the largest.
        const int Size = 12;
        var matrix = new float[Size * Size];
        for (var i = 0; i < Size; i++)
        {
            matrix[(i * Size) + i] = 3f * MathF.Pow(40f, -i / (Size - 1f));
        }

        using var team = new ThreadTeam(1);
        new Orthogonalization(Size * Size, Size).Apply(team, matrix, Size, Size);

        for (var i = 0; i < Size; i++)
        {
            for (var j = 0; j < Size; j++)
            {
                if (i == j)
                {
                    matrix[(i * Size) + j].ShouldBeInRange(0.65f, 1.25f);
                }
                else
                {
                    matrix[(i * Size) + j].ShouldBe(0f);
                }
            }
        }
    }

    private static float[] Draw(int length, ulong seed)
    {
        var random = new SeededRandom(seed);
        return [.. Enumerable.Range(0, length).Select(_ => (float)random.NextGaussian())];
    }

    /// <summary>X ← a·X + (b·X·Xᵀ + c·(X·Xᵀ)²)·X five times, after division by the Frobenius norm.</summary>
    private static double[] Twin(float[] matrix, int rows, int columns)
    {
        var norm = Math.Sqrt(matrix.Sum(x => (double)x * x)) + 1e-7;
        double[] x = [.. matrix.Select(value => value / norm)];
        for (var step = 0; step < 5; step++)
        {
            var gram = Product(x, Transposed(x, rows, columns), rows, columns, rows);
            var square = Product(gram, gram, rows, rows, rows);
            var polynomial = gram.Zip(square, (g, s) => (-4.7750 * g) + (2.0315 * s)).ToArray();
            var moved = Product(polynomial, x, rows, rows, columns);
            x = [.. x.Zip(moved, (value, move) => (3.4445 * value) + move)];
        }

        return x;
    }

    private static double[] Transposed(double[] x, int rows, int columns)
    {
        var result = new double[x.Length];
        for (var i = 0; i < x.Length; i++)
        {
            result[((i % columns) * rows) + (i / columns)] = x[i];
        }

        return result;
    }

    private static double[] Product(double[] a, double[] b, int m, int k, int n)
    {
        var c = new double[m * n];
        for (var i = 0; i < m; i++)
        {
            for (var j = 0; j < n; j++)
            {
                for (var p = 0; p < k; p++)
                {
                    c[(i * n) + j] += a[(i * k) + p] * b[(p * n) + j];
                }
            }
        }

        return c;
    }
}

using Gyre.Contracts;
using Gyre.Evaluation.Judges.Trained;

namespace Gyre.Evaluation.Tests.Judges.Trained;

/// <summary>Fits against minima that scipy 1.10.1 finds (BFGS, then Nelder–Mead to 1e-12) for the same numbers.</summary>
public sealed class MinimiserTests
{
    private static readonly double[][] Features =
    [
        [0.0, 0.3], [-0.27, -0.89], [-0.45, -0.99], [0.06, 1.34], [-0.49, -0.62],
        [0.49, 0.36], [0.11, -0.93], [-0.03, 0.7], [-1.34, -0.46], [-1.9, -1.29],
        [-1.84, -0.24], [-1.27, 0.27], [0.16, -0.19], [-2.52, -0.54], [-0.05, 0.11],
        [-1.53, -0.48], [-0.98, -0.81], [1.06, -0.81], [-0.03, 0.88], [-0.58, -0.11],
        [0.11, 0.06], [-1.23, 0.08], [1.36, -1.55], [0.86, 0.12], [-0.64, 2.0],
        [0.76, -1.2], [0.07, 0.58], [-0.19, 0.68], [-0.07, 0.67], [1.44, -0.68],
        [0.2, -0.46], [0.13, -1.19], [-0.58, -0.2], [0.9, 1.15], [-1.32, -0.79],
        [0.65, -1.99], [-0.46, -0.1], [1.26, 0.69], [-0.33, -0.37], [-0.25, 1.52],
    ];

    private static readonly int[] Levels = [2, 1, 0, 2, 1, 1, 1, 1, 0, 0, 1, 0, 1, 0, 2, 0, 0, 0, 0, 2, 1, 0, 2, 2, 0, 2, 1, 0, 1, 2, 2, 1, 2, 0, 1, 2, 0, 2, 2, 0];

    private static readonly double[] Preferences = [0.0, 1.0, 0.0, 0.5, 1.0, 0.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 1.0, 0.0, 1.0];

    [Fact]
    public void Ordinal_regression_finds_the_minimum_of_scipy()
    {
        var task = new LevelTask([.. Features.Select(row => row)], Levels, 3, 0, 2, new AutoraterOptions());
        var fit = task.Fit([.. Enumerable.Range(0, Levels.Length)], TestContext.Current.CancellationToken);

        fit.Weights.ShouldBe([1.1181638139402352, -0.44938596981062373], 1e-6);
        fit.Thresholds.ShouldBe([-0.6801072739332901, 0.9194059844243692], 1e-6);
    }

    [Fact]
    public void Regression_of_pairs_finds_the_minimum_of_scipy()
    {
        var loss = new PairLoss([.. Enumerable.Range(0, 20).Select(i => Features[i].Zip(Features[i + 20], (one, other) => one - other).ToArray())], Preferences, 1);

        Minimiser.Run(loss, [0, 0], TestContext.Current.CancellationToken).ShouldBe([1.0181527112971356, -1.198243933390595], 1e-6);
        loss.Evaluate([1.0181527112971356, -1.198243933390595], new double[2]).ShouldBe(7.341410334960345, 1e-9);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(6)]
    public void Gradients_equal_differences_of_values(int classes)
    {
        var loss = new OrdinalLoss(Features, [.. Levels.Select((level, i) => (level + i) % classes)], classes, 0.7);
        double[] at = [0.3, -1.1, -0.4, .. Enumerable.Range(0, classes - 2).Select(i => -0.2 + (0.1 * i))];
        var gradient = new double[loss.Parameters];
        loss.Evaluate(at, gradient);
        for (var i = 0; i < at.Length; i++)
        {
            gradient[i].ShouldBe((Value(i, 1e-6) - Value(i, -1e-6)) / 2e-6, 1e-4, $"parameter {i}");
        }

        double Value(int i, double step)
        {
            var moved = (double[])at.Clone();
            moved[i] += step;
            return loss.Evaluate(moved, new double[at.Length]);
        }
    }

    [Fact]
    public void Probabilities_of_levels_add_up_to_1_and_keep_their_digits_at_the_ends()
    {
        foreach (var score in new[] { -800.0, -40, 0, 3.5, 40, 800 })
        {
            OrdinalLoss.Probabilities(score, [-1, 0.5, 2]).Sum().ShouldBe(1, 1e-12);
        }

        OrdinalLoss.Probabilities(50, [0]).ShouldSatisfyAllConditions(own => own[0].ShouldBe(Math.Exp(-50), 1e-30), own => own[1].ShouldBe(1, 1e-15));
    }

    [Fact]
    public void Concordance_is_the_share_of_pairs_in_order()
    {
        Concordance.Of([1, 2, 3, 4], [0, 0, 1, 1], 2).ShouldBe(1);
        Concordance.Of([4, 3, 2, 1], [0, 0, 1, 1], 2).ShouldBe(0);
        Concordance.Of([1, 1, 1, 1], [0, 0, 1, 1], 2).ShouldBe(0.5);
        Concordance.Of([1, 2], [1, 1], 2).ShouldBe(double.NaN);
        var random = new SeededRandom(5);
        for (var turn = 0; turn < 50; turn++)
        {
            double[] numbers = [.. Enumerable.Range(0, 30).Select(_ => (double)random.NextInt32(12))];
            int[] levels = [.. numbers.Select(_ => random.NextInt32(4))];
            var pairs = (from i in Enumerable.Range(0, 30) from j in Enumerable.Range(0, 30) where levels[i] < levels[j] select numbers[i] < numbers[j] ? 1 : numbers[i].Equals(numbers[j]) ? 0.5 : 0).ToArray();
            Concordance.Of(numbers, levels, 4).ShouldBe(pairs.Average(), 1e-12);
        }
    }
}

using Gyre.Evaluation.Benchmarks.Tasks;

namespace Gyre.Evaluation.Tests.Benchmarks.Tasks;

public sealed class PassAtKTests
{
    /// <summary>By hand: 1 − C(7,2)/C(10,2) = 1 − 21/45.</summary>
    [Theory]
    [InlineData(5, 2, 1, 0.4)]
    [InlineData(10, 3, 2, 1 - (21.0 / 45))]
    [InlineData(10, 0, 5, 0)]
    [InlineData(10, 6, 5, 1)]
    [InlineData(200, 1, 100, 0.5)]
    public void The_estimate_is_the_share_of_draws_with_a_passing_program(int samples, int passed, int k, double expected) =>
        PassAtK.Estimate(samples, passed, k).ShouldBe(expected, 1e-12);
}

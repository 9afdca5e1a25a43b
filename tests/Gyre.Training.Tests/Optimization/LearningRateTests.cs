using Gyre.Training.Optimization;
using Gyre.Training.Recipes;

namespace Gyre.Training.Tests.Optimization;

public class LearningRateTests
{
    private static readonly ScheduleRecipe Cosine = new() { Kind = ScheduleKind.Cosine, Steps = 110, Warmup = 10, Peak = 2e-3, Floor = 0.1 };

    [Theory]
    [InlineData(1, 2e-4)]
    [InlineData(5, 1e-3)]
    [InlineData(10, 2e-3)]
    [InlineData(60, 1.1e-3)] // half-way: the mean of peak and floor
    [InlineData(110, 2e-4)]
    [InlineData(500, 2e-4)]
    public void Cosine_rises_to_the_peak_and_falls_to_the_floor(int step, double expected) =>
        LearningRate.At(Cosine, step).ShouldBe(expected, 1e-15);

    [Theory]
    [InlineData(1, 5e-4)]
    [InlineData(4, 2e-3)]
    [InlineData(100, 2e-3)]
    public void Constant_stays_at_the_peak_after_warm_up(int step, double expected) =>
        LearningRate.At(Cosine with { Kind = ScheduleKind.Constant, Warmup = 4 }, step).ShouldBe(expected, 1e-15);

    [Theory]
    [InlineData(5, 1e-3)]
    [InlineData(10, 2e-3)]
    [InlineData(40, 1e-3)]
    [InlineData(1000, 2e-4)]
    public void The_inverse_root_halves_when_the_step_is_four_times_the_warm_up(int step, double expected) =>
        LearningRate.At(Cosine with { Kind = ScheduleKind.InverseRoot }, step).ShouldBe(expected, 1e-15);

    [Fact]
    public void Without_warm_up_the_first_step_has_the_peak_and_the_last_the_floor()
    {
        var schedule = Cosine with { Warmup = 0, Steps = 3 };

        LearningRate.At(schedule, 1).ShouldBe(2e-3, 1e-15);
        LearningRate.At(schedule, 3).ShouldBe(2e-4, 1e-15);
        LearningRate.At(schedule with { Steps = 1 }, 1).ShouldBe(2e-3, 1e-15);
    }
}

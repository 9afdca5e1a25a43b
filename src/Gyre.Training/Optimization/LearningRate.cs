using Gyre.Training.Recipes;

namespace Gyre.Training.Optimization;

/// <summary>The learning rate of each optimiser step.</summary>
public static class LearningRate
{
    /// <summary>The learning rate of one step.</summary>
    /// <remarks>
    /// Warm-up rises linearly and reaches the peak at step <see cref="ScheduleRecipe.Warmup"/>; a cosine then falls to
    /// floor × peak at the last step; the inverse root falls as √(warm-up ÷ step).
    /// <para>Source: Vaswani et al., "Attention Is All You Need", 2017, section 5.3; I. Loshchilov and F. Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts", 2017, equation 5.</para>
    /// </remarks>
    /// <param name="schedule">The schedule.</param>
    /// <param name="step">The step, counted from 1.</param>
    public static double At(ScheduleRecipe schedule, int step)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(step);
        if (step < schedule.Warmup)
        {
            return schedule.Peak * step / schedule.Warmup;
        }

        if (schedule.Kind == ScheduleKind.Constant)
        {
            return schedule.Peak;
        }

        if (schedule.Kind == ScheduleKind.InverseRoot)
        {
            return schedule.Peak * Math.Sqrt(Math.Max(schedule.Warmup, 1) / (double)step);
        }

        var length = schedule.Steps - Math.Max(schedule.Warmup, 1);
        var progress = length <= 0 ? 0.0 : Math.Min(1.0, (double)(step - Math.Max(schedule.Warmup, 1)) / length);
        var floor = schedule.Peak * schedule.Floor;
        return floor + (0.5 * (schedule.Peak - floor) * (1.0 + Math.Cos(Math.PI * progress)));
    }
}

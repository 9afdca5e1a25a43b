namespace Gyre.Training.Recipes;

/// <summary>Number of optimiser steps and the learning rate at each.</summary>
public sealed record ScheduleRecipe
{
    /// <summary>The course after warm-up.</summary>
    public required ScheduleKind Kind { get; init; }

    /// <summary>Number of optimiser steps of the whole run.</summary>
    public required int Steps { get; init; }

    /// <summary>The largest learning rate, reached at the end of warm-up.</summary>
    public required double Peak { get; init; }

    /// <summary>The learning rate at the last step as a share of the peak. Range 0–1.</summary>
    public required double Floor { get; init; }

    /// <summary>Number of steps over which the learning rate rises linearly to the peak.</summary>
    public required int Warmup { get; init; }

    internal static ScheduleRecipe Read(RecipeSection section)
    {
        var schedule = new ScheduleRecipe
        {
            Kind = section.Choice("kind", ScheduleKind.Cosine, ("cosine", ScheduleKind.Cosine), ("constant", ScheduleKind.Constant), ("inverse-root", ScheduleKind.InverseRoot)),
            Steps = section.Integer("steps", null, 1, 100_000_000),
            Peak = section.Number("peak", null, 1e-9, 10),
            Floor = section.Number("floor", 0.1, 0, 1),
            Warmup = section.Integer("warmup", 0, 0, 100_000_000),
        };
        if (schedule.Warmup > schedule.Steps)
        {
            section.Fault("warmup", $"{schedule.Warmup} is more than steps {schedule.Steps}.");
        }

        section.Finish();
        return schedule;
    }
}

namespace Gyre.Training.Recipes;

/// <summary>The sections that the recipe of every trained job has: who it is, how it moves, when it looks and saves.</summary>
public sealed record LoopRecipe
{
    /// <summary>The name of what the run makes.</summary>
    public required string Name { get; init; }

    /// <summary>One sentence for the card.</summary>
    public required string Summary { get; init; }

    /// <summary>Fixes initial weights, the order of the data and the samples.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Threads to compute with; 0 uses every core. The result has the same bits for any number.</summary>
    public required int Threads { get; init; }

    /// <summary>The optimiser.</summary>
    public required OptimizerRecipe Optimizer { get; init; }

    /// <summary>Steps and learning rate.</summary>
    public required ScheduleRecipe Schedule { get; init; }

    /// <summary>Validation and early stopping.</summary>
    public required EvaluationRecipe Evaluation { get; init; }

    /// <summary>Saved states.</summary>
    public required CheckpointRecipe Checkpoint { get; init; }

    /// <summary>Samples during training.</summary>
    public required SampleRecipe Samples { get; init; }

    /// <summary>Reads the shared sections.</summary>
    /// <param name="top">The recipe's top level; the caller finishes it.</param>
    /// <param name="context">The model's context, which bounds samples; <see cref="int.MaxValue"/> when it is not known yet.</param>
    internal static LoopRecipe Read(RecipeSection top, int context)
    {
        var name = top.Text("name", null);
        if (name.Any(c => !(char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')))
        {
            top.Fault("name", $"'{name}' holds other characters than letters, digits, '-', '_' and '.'.");
        }

        return new LoopRecipe
        {
            Name = name,
            Summary = top.Text("summary", ""),
            Seed = (ulong)top.Whole("seed", 1, 0, long.MaxValue),
            Threads = top.Integer("threads", 0, 0, 1024),
            Optimizer = OptimizerRecipe.Read(top.Section("optimizer")),
            Schedule = ScheduleRecipe.Read(RecipeFile.Required(top, "schedule")),
            Evaluation = EvaluationRecipe.Read(top.Section("evaluation")),
            Checkpoint = CheckpointRecipe.Read(top.Section("checkpoint")),
            Samples = SampleRecipe.Read(top.Section("samples"), context),
        };
    }
}

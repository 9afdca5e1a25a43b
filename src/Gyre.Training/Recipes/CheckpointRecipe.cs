namespace Gyre.Training.Recipes;

/// <summary>How often the whole state is saved, and how many states are kept.</summary>
public sealed record CheckpointRecipe
{
    /// <summary>Steps between two checkpoints; the last step is always saved.</summary>
    public required int Every { get; init; }

    /// <summary>How many recent checkpoints are kept; 2 or more, so that a damaged one has a predecessor.</summary>
    public required int Keep { get; init; }

    /// <summary>Also keeps the weights with the lowest validation loss, and exports those.</summary>
    public required bool KeepsBest { get; init; }

    internal static CheckpointRecipe Read(RecipeSection section)
    {
        var checkpoint = new CheckpointRecipe
        {
            Every = section.Integer("every", 100, 1, 100_000_000),
            Keep = section.Integer("keep", 2, 2, 1000),
            KeepsBest = section.Flag("best", true),
        };
        section.Finish();
        return checkpoint;
    }
}

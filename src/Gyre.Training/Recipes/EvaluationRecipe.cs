namespace Gyre.Training.Recipes;

/// <summary>How often the validation loss is measured, and when it ends the run.</summary>
public sealed record EvaluationRecipe
{
    /// <summary>Steps between two measurements; the last step is always measured.</summary>
    public required int Every { get; init; }

    /// <summary>At most this many rows of the validation set are measured, always the same ones.</summary>
    public required int Rows { get; init; }

    /// <summary>Stops after this many measurements without improvement; 0 never stops early.</summary>
    public required int Patience { get; init; }

    /// <summary>The least fall of the validation loss that counts as improvement.</summary>
    public required double MinimumDelta { get; init; }

    internal static EvaluationRecipe Read(RecipeSection section)
    {
        var evaluation = new EvaluationRecipe
        {
            Every = section.Integer("every", 100, 1, 100_000_000),
            Rows = section.Integer("rows", 64, 1, 1_000_000),
            Patience = section.Integer("patience", 0, 0, 1_000_000),
            MinimumDelta = section.Number("min_delta", 0, 0, 100),
        };
        section.Finish();
        return evaluation;
    }
}

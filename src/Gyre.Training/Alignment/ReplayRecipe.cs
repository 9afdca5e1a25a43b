using Gyre.Training.Recipes;

namespace Gyre.Training.Alignment;

/// <summary>Plain examples that are learned beside the method's own loss, so that the model keeps what it could.</summary>
public sealed record ReplayRecipe
{
    /// <summary>Where the examples come from.</summary>
    public required IReadOnlyList<ExampleSourceRecipe> Sources { get; init; }

    /// <summary>The weight of their mean negative log-probability a token.</summary>
    public required double Weight { get; init; }

    /// <summary>Examples a step.</summary>
    public required int Rows { get; init; }

    internal static ReplayRecipe Read(RecipeSection section, string folder)
    {
        var recipe = new ReplayRecipe
        {
            Sources = [.. section.Sections("examples").Select(source => ExampleSourceRecipe.Read(source, folder))],
            Weight = section.Number("weight", 1, 1e-6, 1000),
            Rows = section.Integer("rows", 8, 1, 65_536),
        };
        if (recipe.Sources.Count == 0)
        {
            section.Fault("examples", "is missing; expected sources, for example [{shop: {seed: 11, examples: 500}}].");
        }

        section.Finish();
        return recipe;
    }
}

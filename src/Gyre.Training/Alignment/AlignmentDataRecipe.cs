using Gyre.Training.Recipes;

namespace Gyre.Training.Alignment;

/// <summary>Where an alignment's pairs, rated answers or prompts come from.</summary>
public sealed record AlignmentDataRecipe
{
    /// <summary>Files to learn from, full paths; of pairs, rated answers or prompts, as the method needs.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    /// <summary>Files to measure on, full paths.</summary>
    public required IReadOnlyList<string> Validation { get; init; }

    /// <summary>The share of <see cref="Files"/> that is held out for measuring when no validation files are given.</summary>
    public required double ValidationShare { get; init; }

    /// <summary>Pairs made from the brand guide to learn from; 0 for none.</summary>
    public required int BrandPairs { get; init; }

    /// <summary>Pairs made from the brand guide, of other products, to measure on.</summary>
    public required int BrandHeldOut { get; init; }

    /// <summary>The seed of the pairs made from the brand guide.</summary>
    public required ulong BrandSeed { get; init; }

    /// <summary>The most tokens of prompt and answer together; 0 for the model's context.</summary>
    public required int MaxTokens { get; init; }

    /// <summary>Leaves out what is longer instead of refusing it.</summary>
    public required bool DropsLong { get; init; }

    /// <summary>Leaves out contradictory pairs instead of refusing them.</summary>
    public required bool DropsContradictory { get; init; }

    internal static AlignmentDataRecipe Read(RecipeSection section, string folder)
    {
        var brand = section.Section("brand");
        var recipe = new AlignmentDataRecipe
        {
            Files = [.. section.Texts("files").Select(file => Path.GetFullPath(file, folder))],
            Validation = [.. section.Texts("validation").Select(file => Path.GetFullPath(file, folder))],
            ValidationShare = section.Number("validation_share", 0.1, 0, 0.9),
            BrandPairs = brand.Integer("pairs", 0, 0, 1_000_000),
            BrandHeldOut = brand.Integer("held_out", 0, 0, 100_000),
            BrandSeed = (ulong)brand.Whole("seed", 1, 0, long.MaxValue),
            MaxTokens = section.Integer("max_tokens", 0, 0, 131_072),
            DropsLong = section.Choice("too_long", false, ("refuse", false), ("drop", true)),
            DropsContradictory = section.Choice("contradictory", false, ("refuse", false), ("drop", true)),
        };
        if (recipe.Files.Count == 0 && recipe.BrandPairs == 0)
        {
            section.Fault("files", "is missing; expected files to learn from, or brand.pairs.");
        }

        brand.Finish();
        section.Finish();
        return recipe;
    }
}

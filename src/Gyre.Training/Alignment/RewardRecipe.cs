using Gyre.Evaluation;
using Gyre.Evaluation.Scorers;
using Gyre.Training.Corpus;
using Gyre.Training.Recipes;

namespace Gyre.Training.Alignment;

/// <summary>What says how good the model's own answers are.</summary>
public sealed record RewardRecipe
{
    private const string Brand = "brand-voice";

    /// <summary>A scorer by name; empty for none.</summary>
    public required string Scorer { get; init; }

    /// <summary>The folder of a reward model that an alignment wrote, full path; empty for none.</summary>
    public required string Model { get; init; }

    /// <summary>Whether the reward is given from outside, for example by a judge.</summary>
    public required bool IsGiven { get; init; }

    /// <summary>The named scorer.</summary>
    internal static IScorer? Find(string name) => name == Brand ? new BrandVoiceScorer() : ScorerCatalogue.Find(name);

    internal static RewardRecipe Read(RecipeSection section, string folder, bool isNeeded)
    {
        var model = section.Text("model", "");
        var recipe = new RewardRecipe
        {
            Scorer = section.Text("scorer", ""),
            Model = model.Length > 0 ? Path.GetFullPath(model, folder) : "",
            IsGiven = section.Flag("judge", false),
        };
        if (recipe.Scorer.Length > 0 && Find(recipe.Scorer) is null)
        {
            section.Fault("scorer", $"'{recipe.Scorer}' is not known; expected one of {Brand}, {string.Join(", ", ScorerCatalogue.Names)}.");
        }

        var count = (recipe.Scorer.Length > 0 ? 1 : 0) + (model.Length > 0 ? 1 : 0) + (recipe.IsGiven ? 1 : 0);
        if (isNeeded && count != 1)
        {
            section.Fault("scorer", $"names {count} rewards; expected exactly one of scorer, model and judge.");
        }

        section.Finish();
        return recipe;
    }
}

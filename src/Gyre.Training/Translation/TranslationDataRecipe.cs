using Gyre.Training.Recipes;

namespace Gyre.Training.Translation;

/// <summary>The pairs of a run, what is held out of them, and what becomes of long ones.</summary>
internal sealed record TranslationDataRecipe
{
    public required PairFileRecipe Training { get; init; }

    /// <summary>Held-out pairs for the validation loss; null to take <see cref="ValidationShare"/> of the training file.</summary>
    public required PairFileRecipe? Validation { get; init; }

    /// <summary>Held-out pairs for the score at the end; null to take <see cref="TestShare"/> of the training file.</summary>
    public required PairFileRecipe? Test { get; init; }

    public required double ValidationShare { get; init; }

    public required double TestShare { get; init; }

    /// <summary>The most characters of a text; 0 for no limit.</summary>
    public required int LongestCharacters { get; init; }

    public required LongTexts LongTexts { get; init; }

    public static TranslationDataRecipe Read(RecipeSection section, string folder)
    {
        var data = new TranslationDataRecipe
        {
            Training = PairFileRecipe.Read(RecipeFile.Required(section, "training"), folder),
            Validation = section.Has("validation") ? PairFileRecipe.Read(section.Section("validation"), folder) : null,
            Test = section.Has("test") ? PairFileRecipe.Read(section.Section("test"), folder) : null,
            ValidationShare = section.Number("validation_share", 0.05, 0.001, 0.4),
            TestShare = section.Number("test_share", 0.05, 0.001, 0.4),
            LongestCharacters = section.Integer("longest_characters", 0, 0, 1_000_000),
            LongTexts = section.Choice("long_texts", LongTexts.Refuse, ("refuse", LongTexts.Refuse), ("drop", LongTexts.Drop), ("cut", LongTexts.Cut)),
        };
        section.Finish();
        return data;
    }
}

using Gyre.Training.Recipes;

namespace Gyre.Training.Encoders;

/// <summary>How many words are hidden, and how.</summary>
internal sealed record WordMaskingRecipe
{
    /// <summary>The share of words that are to be found.</summary>
    public required double Share { get; init; }

    /// <summary>The share of those that the mask token stands for.</summary>
    public required double Masked { get; init; }

    /// <summary>The share of those that another word stands for; the rest stay.</summary>
    public required double Random { get; init; }

    /// <summary>All tokens of a word are hidden together.</summary>
    public required bool WholeWords { get; init; }

    public static WordMaskingRecipe Read(RecipeSection section)
    {
        var masking = new WordMaskingRecipe
        {
            Share = section.Number("share", 0.15, 0.001, 0.9),
            Masked = section.Number("masked", 0.8, 0, 1),
            Random = section.Number("random", 0.1, 0, 1),
            WholeWords = section.Flag("whole_words", false),
        };
        if (masking.Masked + masking.Random > 1)
        {
            section.Fault("random", $"{masking.Random} and masked {masking.Masked} are more than 1 together.");
        }

        section.Finish();
        return masking;
    }
}

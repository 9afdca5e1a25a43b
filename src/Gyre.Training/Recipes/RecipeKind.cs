namespace Gyre.Training.Recipes;

/// <summary>Tells recipes of different jobs apart.</summary>
public static class RecipeKind
{
    /// <summary>The kind of a recipe that names none: a decoder trained from nothing.</summary>
    public const string Pretraining = RecipeFile.Pretraining;

    /// <summary>What a recipe file's <c>kind</c> says.</summary>
    /// <param name="path">The recipe.</param>
    /// <remarks>Errors: TRN0001 file missing or unreadable; TRN0002 not one YAML mapping.</remarks>
    public static string Of(string path) => RecipeFile.KindOf(RecipeFile.ReadText(path), path);
}

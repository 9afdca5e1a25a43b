namespace Gyre.Training.Recipes;

/// <summary>A recipe as its run folder keeps it and compares it when the run is resumed.</summary>
internal interface IRunRecipe
{
    /// <summary>The file's text, as it was read.</summary>
    string Source { get; }

    /// <summary>Every setting by dotted key, defaults filled in.</summary>
    IReadOnlyList<KeyValuePair<string, string>> Settings { get; }

    /// <summary>The settings of another recipe of this kind.</summary>
    /// <param name="path">Its file.</param>
    /// <remarks>Errors: TRN0001 to TRN0003.</remarks>
    IReadOnlyList<KeyValuePair<string, string>> SettingsOf(string path);
}

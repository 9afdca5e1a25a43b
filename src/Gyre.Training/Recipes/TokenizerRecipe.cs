namespace Gyre.Training.Recipes;

/// <summary>Where the vocabulary comes from: trained on the run's own corpus, or an existing tokenizer folder.</summary>
public sealed record TokenizerRecipe
{
    /// <summary>Number of ids to train, special tokens included; 0 when <see cref="Path"/> is set.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>At most this many characters of the corpus are read to train the vocabulary.</summary>
    public required long SampleCharacters { get; init; }

    /// <summary>A folder or file with an existing tokenizer; empty to train one.</summary>
    public required string Path { get; init; }

    internal static TokenizerRecipe Read(RecipeSection section, string folder)
    {
        var hasPath = section.Has("path");
        var hasSize = section.Has("vocabulary");
        if (section.IsPresent && hasPath == hasSize)
        {
            section.Fault(hasPath ? "path" : "vocabulary", "needs exactly one of 'vocabulary' (train one of that size) and 'path' (use an existing tokenizer).");
        }

        var path = hasPath ? section.Text("path", null) : "";
        var tokenizer = new TokenizerRecipe
        {
            VocabularySize = hasSize ? section.Integer("vocabulary", null, 257, 1_000_000) : 0,
            SampleCharacters = section.Whole("sample_characters", 8_000_000, 1_000, 1_000_000_000),
            Path = path.Length == 0 ? "" : System.IO.Path.GetFullPath(path, folder),
        };
        section.Finish();
        return tokenizer;
    }
}

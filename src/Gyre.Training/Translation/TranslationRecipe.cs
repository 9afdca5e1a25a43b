using Gyre.Training.Recipes;

namespace Gyre.Training.Translation;

/// <summary>A YAML file of <c>kind: translation</c>: the original Transformer from pairs of sentences. Immutable; checked once when it is read, all faults reported together.</summary>
public sealed record TranslationRecipe : IRunRecipe
{
    /// <summary>What a recipe of this job has as its <c>kind</c>.</summary>
    public const string Kind = "translation";

    private TranslationRecipe(LoopRecipe loop, string source, TranslationDataRecipe data, TranslationModelRecipe model, TranslationForm form) =>
        (Loop, Source, Data, Model, Form) = (loop, source, data, model, form);

    /// <summary>Who the run is, how it moves, when it looks and saves.</summary>
    public LoopRecipe Loop { get; }

    /// <summary>The file's text, as it was read.</summary>
    public string Source { get; }

    /// <summary>Every setting by dotted key, defaults filled in.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Settings { get; private init; } = [];

    internal TranslationDataRecipe Data { get; }

    internal int SourceVocabulary { get; private init; }

    internal int TargetVocabulary { get; private init; }

    internal bool LowersCase { get; private init; }

    internal TranslationModelRecipe Model { get; }

    internal TranslationForm Form { get; }

    /// <summary>Pairs a pass.</summary>
    internal int Pairs { get; private init; }

    /// <summary>Passes a step.</summary>
    internal int Accumulation { get; private init; }

    internal bool ActivationCheckpointing { get; private init; }

    /// <summary>At most this many test pairs are translated at the end.</summary>
    internal int ScoredPairs { get; private init; }

    /// <summary>Beams of the second translation; 1 for greedy alone.</summary>
    internal int Beams { get; private init; }

    /// <summary>The most tokens of a translation.</summary>
    internal int MaxTokens { get; private init; }

    /// <summary>Reads a recipe file; relative paths in it count from its folder.</summary>
    /// <remarks>Errors: TRN0001 file missing or unreadable; TRN0002 not YAML; TRN0003 faults, all of them in the message.</remarks>
    public static TranslationRecipe Load(string path) => Parse(RecipeFile.ReadText(path), path);

    /// <summary>Reads a recipe from text.</summary>
    /// <param name="text">The YAML text.</param>
    /// <param name="path">Names the recipe in messages; its folder is where relative paths count from.</param>
    /// <remarks>Errors: TRN0002, TRN0003.</remarks>
    public static TranslationRecipe Parse(string text, string path)
    {
        var (recipe, settings) = RecipeFile.Parse(text, path, (top, folder) => Read(top, text, folder));
        return recipe with { Settings = settings };
    }

    /// <inheritdoc />
    IReadOnlyList<KeyValuePair<string, string>> IRunRecipe.SettingsOf(string path) => Load(path).Settings;

    private static TranslationRecipe Read(RecipeSection top, string text, string folder)
    {
        RecipeFile.RequireKind(top, Kind);
        var model = TranslationModelRecipe.Read(top.Section("model"));
        var tokenizers = top.Section("tokenizers");
        var batch = top.Section("batch");
        var scoring = top.Section("scoring");
        var data = TranslationDataRecipe.Read(RecipeFile.Required(top, "data"), folder);
        var recipe = new TranslationRecipe(LoopRecipe.Read(top, model.Context), text, data, model, TranslationForm.Read(top.Section("form")))
        {
            SourceVocabulary = tokenizers.Integer("source_vocabulary", 5000, 16, 1_000_000),
            TargetVocabulary = tokenizers.Integer("target_vocabulary", 5000, 16, 1_000_000),
            LowersCase = tokenizers.Flag("lowercase", false),
            Pairs = batch.Integer("pairs", 31, 1, 4096),
            Accumulation = batch.Integer("accumulation", 1, 1, 4096),
            ActivationCheckpointing = batch.Flag("activation_checkpointing", false),
            ScoredPairs = scoring.Integer("pairs", 200, 1, 1_000_000),
            Beams = scoring.Integer("beams", 4, 1, 64),
            MaxTokens = scoring.Integer("tokens", Math.Min(64, model.Context - 1), 1, 8192),
        };
        if (recipe.MaxTokens >= model.Context)
        {
            scoring.Fault("tokens", $"{recipe.MaxTokens} leaves no room for the start token in model.context {model.Context}.");
        }

        tokenizers.Finish();
        batch.Finish();
        scoring.Finish();
        top.Finish();
        return recipe;
    }
}

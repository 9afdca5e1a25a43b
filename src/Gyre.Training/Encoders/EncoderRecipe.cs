using Gyre.Training.Recipes;

namespace Gyre.Training.Encoders;

/// <summary>A YAML file of <c>kind: encoder</c>: a BERT trained on masked words. Immutable; checked once when it is read, all faults reported together.</summary>
public sealed record EncoderRecipe : IRunRecipe
{
    /// <summary>What a recipe of this job has as its <c>kind</c>.</summary>
    public const string Kind = "encoder";

    private EncoderRecipe(LoopRecipe loop, string source, EncoderModelRecipe model, EncoderCorpusRecipe corpus, WordMaskingRecipe masking) =>
        (Loop, Source, Model, Corpus, Masking) = (loop, source, model, corpus, masking);

    /// <summary>Who the run is, how it moves, when it looks and saves.</summary>
    public LoopRecipe Loop { get; }

    /// <summary>The file's text, as it was read.</summary>
    public string Source { get; }

    /// <summary>Every setting by dotted key, defaults filled in.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Settings { get; private init; } = [];

    internal EncoderModelRecipe Model { get; }

    internal EncoderCorpusRecipe Corpus { get; }

    internal WordMaskingRecipe Masking { get; }

    /// <summary>Ids of the vocabulary to train.</summary>
    internal int Vocabulary { get; private init; }

    internal bool LowersCase { get; private init; }

    /// <summary>The most tokens of a row.</summary>
    internal int Sequence { get; private init; }

    /// <summary>Rows a pass.</summary>
    internal int Rows { get; private init; }

    /// <summary>Passes a step.</summary>
    internal int Accumulation { get; private init; }

    internal bool ActivationCheckpointing { get; private init; }

    /// <summary>Reads a recipe file; relative paths in it count from its folder.</summary>
    /// <remarks>Errors: TRN0001 file missing or unreadable; TRN0002 not YAML; TRN0003 faults, all of them in the message.</remarks>
    public static EncoderRecipe Load(string path) => Parse(RecipeFile.ReadText(path), path);

    /// <summary>Reads a recipe from text.</summary>
    /// <param name="text">The YAML text.</param>
    /// <param name="path">Names the recipe in messages; its folder is where relative paths count from.</param>
    /// <remarks>Errors: TRN0002, TRN0003.</remarks>
    public static EncoderRecipe Parse(string text, string path)
    {
        var (recipe, settings) = RecipeFile.Parse(text, path, (top, folder) => Read(top, text, folder));
        return recipe with { Settings = settings };
    }

    /// <inheritdoc />
    IReadOnlyList<KeyValuePair<string, string>> IRunRecipe.SettingsOf(string path) => Load(path).Settings;

    private static EncoderRecipe Read(RecipeSection top, string text, string folder)
    {
        RecipeFile.RequireKind(top, Kind);
        var model = EncoderModelRecipe.Read(RecipeFile.Required(top, "model"));
        var tokenizer = top.Section("tokenizer");
        var batch = top.Section("batch");
        var corpus = EncoderCorpusRecipe.Read(RecipeFile.Required(top, "corpus"), folder);
        var recipe = new EncoderRecipe(LoopRecipe.Read(top, model.Context), text, model, corpus, WordMaskingRecipe.Read(top.Section("masking")))
        {
            Vocabulary = tokenizer.Integer("vocabulary", 8000, 32, 1_000_000),
            LowersCase = tokenizer.Flag("lowercase", true),
            Sequence = batch.Integer("sequence", model.Context, 4, 8192),
            Rows = batch.Integer("rows", 16, 1, 4096),
            Accumulation = batch.Integer("accumulation", 1, 1, 4096),
            ActivationCheckpointing = batch.Flag("activation_checkpointing", false),
        };
        if (recipe.Sequence > model.Context)
        {
            batch.Fault("sequence", $"{recipe.Sequence} is longer than model.context {model.Context}.");
        }

        tokenizer.Finish();
        batch.Finish();
        top.Finish();
        return recipe;
    }
}

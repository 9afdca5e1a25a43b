using Gyre.Contracts;
using Gyre.Training.Corpus;

namespace Gyre.Training.Recipes;

/// <summary>
/// A YAML file that fully describes a pretraining run. Immutable; checked once when it is read, all faults reported together.
/// </summary>
public sealed record TrainingRecipe : IRunRecipe
{
    /// <summary>The name of the model that the run makes.</summary>
    public required string Name { get; init; }

    /// <summary>One sentence for the model card.</summary>
    public required string Summary { get; init; }

    /// <summary>Fixes the initial weights, the order of the data and the samples.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Threads to compute with; 0 uses every core. The result has the same bits for any number.</summary>
    public required int Threads { get; init; }

    /// <summary>The shape of the model.</summary>
    public required ModelRecipe Model { get; init; }

    /// <summary>The vocabulary.</summary>
    public required TokenizerRecipe Tokenizer { get; init; }

    /// <summary>The texts.</summary>
    public required CorpusRecipe Corpus { get; init; }

    /// <summary>Rows, length and accumulation.</summary>
    public required BatchRecipe Batch { get; init; }

    /// <summary>The optimiser.</summary>
    public required OptimizerRecipe Optimizer { get; init; }

    /// <summary>Steps and learning rate.</summary>
    public required ScheduleRecipe Schedule { get; init; }

    /// <summary>Validation and early stopping.</summary>
    public required EvaluationRecipe Evaluation { get; init; }

    /// <summary>Saved states.</summary>
    public required CheckpointRecipe Checkpoint { get; init; }

    /// <summary>Samples during training.</summary>
    public required SampleRecipe Samples { get; init; }

    /// <summary>The sections that every trained job shares.</summary>
    internal LoopRecipe Loop => new()
    {
        Name = Name,
        Summary = Summary,
        Seed = Seed,
        Threads = Threads,
        Optimizer = Optimizer,
        Schedule = Schedule,
        Evaluation = Evaluation,
        Checkpoint = Checkpoint,
        Samples = Samples,
    };

    /// <summary>The forms in which the model is written; at least one.</summary>
    public required IReadOnlyList<ExportFormat> Export { get; init; }

    /// <summary>The file's text, as it was read.</summary>
    public required string Source { get; init; }

    /// <summary>Every setting by dotted key, defaults filled in, in the order of the schema.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> Settings { get; init; }

    /// <summary>Reads a recipe file; relative paths in it count from its folder.</summary>
    /// <remarks>Errors: TRN0001 file missing or unreadable; TRN0002 not YAML; TRN0003 faults, all of them in the message.</remarks>
    public static TrainingRecipe Load(string path) => Parse(RecipeFile.ReadText(path), path);

    /// <summary>Reads a recipe from text.</summary>
    /// <param name="text">The YAML text.</param>
    /// <param name="path">Names the recipe in messages; its folder is where relative paths count from.</param>
    public static TrainingRecipe Parse(string text, string path)
    {
        var (recipe, settings) = RecipeFile.Parse(text, path, (top, folder) => Read(top, text, folder));
        return recipe with { Settings = settings };
    }

    /// <summary>The settings that differ from another recipe in a way that would change the weights, as <c>key: mine → other</c>.</summary>
    public IReadOnlyList<string> DifferencesTo(TrainingRecipe other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return RecipeFile.Differences(Settings, other.Settings);
    }

    /// <inheritdoc />
    IReadOnlyList<KeyValuePair<string, string>> IRunRecipe.SettingsOf(string path) => Load(path).Settings;

    /// <summary>What held-out rows share with everything that this recipe generates for training.</summary>
    /// <remarks>Cost: one pass over the corpus. Errors: TRN0052 the recipe trains on text files, not on the shop corpus.</remarks>
    public SplitReport MeasureOverlap(IReadOnlyList<DatasetRow> heldOut) => Corpus.IsShop
        ? SplitReport.Measure(Corpus.CreateShop().Training(0, Corpus.ShopExamples), heldOut)
        : throw new TrainingException("TRN0052", $"Measure the overlap: recipe '{Name}' trains on text files; expected one with the generated corpus (corpus.shop), as the held-out rows are of that.");

    private static TrainingRecipe Read(RecipeSection top, string text, string folder)
    {
        RecipeFile.RequireKind(top, RecipeFile.Pretraining, isDefault: true);
        var model = ModelRecipe.Read(RecipeFile.Required(top, "model"));
        var loop = LoopRecipe.Read(top, model.Context);
        var recipe = new TrainingRecipe
        {
            Name = loop.Name,
            Summary = loop.Summary,
            Seed = loop.Seed,
            Threads = loop.Threads,
            Model = model,
            Tokenizer = TokenizerRecipe.Read(RecipeFile.Required(top, "tokenizer"), folder),
            Corpus = CorpusRecipe.Read(RecipeFile.Required(top, "corpus"), folder),
            Batch = BatchRecipe.Read(RecipeFile.Required(top, "batch"), model.Context),
            Optimizer = loop.Optimizer,
            Schedule = loop.Schedule,
            Evaluation = loop.Evaluation,
            Checkpoint = loop.Checkpoint,
            Samples = loop.Samples,
            Export = top.Choices(
                "export",
                ExportFormat.SafetensorsF32,
                ("safetensors-f32", ExportFormat.SafetensorsF32),
                ("safetensors-f16", ExportFormat.SafetensorsF16),
                ("gguf-q8_0", ExportFormat.GgufQ8)),
            Source = text,
            Settings = [],
        };
        if (recipe.Export.Contains(ExportFormat.SafetensorsF32) && recipe.Export.Contains(ExportFormat.SafetensorsF16))
        {
            top.Fault("export", "lists safetensors-f32 and safetensors-f16; both would be model.safetensors, choose one.");
        }

        top.Finish();
        return recipe;
    }
}

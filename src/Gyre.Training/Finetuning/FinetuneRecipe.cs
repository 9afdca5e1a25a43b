using Gyre.Tensors.Quantization;
using Gyre.Training.Recipes;

namespace Gyre.Training.Finetuning;

/// <summary>
/// A YAML file that fully describes the fine-tuning of a model: on conversations, on prompts with completions, or on texts
/// (continued pretraining). Immutable; checked once when it is read, all faults reported together.
/// </summary>
public sealed record FinetuneRecipe : IRunRecipe
{
    /// <summary>What <c>kind</c> says in such a recipe.</summary>
    public const string Kind = "finetune";

    private const int UsualLength = 256;
    private const int LongestRow = 131_072;

    /// <summary>Name, seed, optimiser, schedule, evaluation, checkpoints and samples.</summary>
    public required LoopRecipe Loop { get; init; }

    /// <summary>The model to start from, as the recipe names it: a folder, a GGUF file, or an installed model.</summary>
    public required string Base { get; init; }

    /// <summary>The folder that a relative <see cref="Base"/> counts from.</summary>
    public required string Folder { get; init; }

    /// <summary>The adapter that is trained; null to train the model's own weights.</summary>
    public required AdapterRecipe? Adapter { get; init; }

    /// <summary>The only modules that are trained, by the end of their path (<c>lm_head</c>); empty to train all.</summary>
    public required IReadOnlyList<string> TrainedModules { get; init; }

    /// <summary>What is learnt.</summary>
    public required IReadOnlyList<ExampleSourceRecipe> Train { get; init; }

    /// <summary>Held-out examples; empty to keep a share of the training ones.</summary>
    public required IReadOnlyList<ExampleSourceRecipe> Validation { get; init; }

    /// <summary>The share of training examples that is kept for validation when none are given.</summary>
    public required double ValidationShare { get; init; }

    /// <summary>Whether all tokens of a conversation count, not only those of the assistant.</summary>
    public required bool CountsPrompts { get; init; }

    /// <summary>What becomes of examples that are longer than a row.</summary>
    public required LongExamples LongExamples { get; init; }

    /// <summary>Whether a prompt that files of examples answer in two ways is a fault; otherwise a warning.</summary>
    public required bool RefusesContradictions { get; init; }

    /// <summary>Rows, length and accumulation.</summary>
    public required BatchRecipe Batch { get; init; }

    /// <summary>What a trained GGUF base stores its matrices as.</summary>
    public required ElementFormat Export { get; init; }

    /// <summary>What is measured before and after.</summary>
    public required ReportRecipe Report { get; init; }

    /// <inheritdoc />
    public required string Source { get; init; }

    /// <summary>Every setting by dotted key, defaults filled in.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> Settings { get; init; }

    /// <inheritdoc cref="TrainingRecipe.Load"/>
    public static FinetuneRecipe Load(string path) => Parse(RecipeFile.ReadText(path), path);

    /// <inheritdoc cref="TrainingRecipe.Parse"/>
    public static FinetuneRecipe Parse(string text, string path)
    {
        var (recipe, settings) = RecipeFile.Parse(text, path, (top, folder) => Read(top, text, folder));
        return recipe with { Settings = settings };
    }

    /// <inheritdoc />
    IReadOnlyList<KeyValuePair<string, string>> IRunRecipe.SettingsOf(string path) => Load(path).Settings;

    private static FinetuneRecipe Read(RecipeSection top, string text, string folder)
    {
        RecipeFile.RequireKind(top, Kind);
        var loop = LoopRecipe.Read(top, int.MaxValue);
        var data = RecipeFile.Required(top, "data");
        var recipe = new FinetuneRecipe
        {
            Loop = loop,
            Base = top.Text("base", null),
            Folder = folder,
            Adapter = top.Has("adapter") ? AdapterRecipe.Read(top.Section("adapter"), loop.Schedule.Steps, folder) : null,
            TrainedModules = top.Texts("modules"),
            Train = [.. data.Sections("train").Select(source => ExampleSourceRecipe.Read(source, folder))],
            Validation = [.. data.Sections("validation").Select(source => ExampleSourceRecipe.Read(source, folder))],
            ValidationShare = data.Number("validation_share", 0.05, 0, 0.5),
            CountsPrompts = data.Choice("loss", false, ("completion", false), ("all", true)),
            LongExamples = data.Choice("too_long", LongExamples.Refuse, ("refuse", LongExamples.Refuse), ("drop", LongExamples.Drop), ("cut", LongExamples.Cut)),
            RefusesContradictions = data.Choice("contradictions", false, ("warn", false), ("refuse", true)),
            Batch = BatchRecipe.Read(RecipeFile.Required(top, "batch"), LongestRow, UsualLength),
            Export = top.Choice("export", ElementFormat.Q8_0, ("gguf-q8_0", ElementFormat.Q8_0), ("gguf-f16", ElementFormat.F16), ("gguf-f32", ElementFormat.F32)),
            Report = ReportRecipe.Read(top.Section("report"), folder),
            Source = text,
            Settings = [],
        };
        if (data.IsPresent && recipe.Train.Count == 0)
        {
            data.Fault("train", "lists no source; expected one at least.");
        }

        if (recipe.Train.Count > 0 && recipe.Train.All(source => source.Repeat == 0))
        {
            data.Fault("train", "shows no source: each 'repeat' is 0; expected one above 0.");
        }

        if (recipe.Adapter is not null && recipe.TrainedModules.Count > 0)
        {
            top.Fault("modules", "is given beside 'adapter', which says itself what is trained (adapter.targets, adapter.saved); leave one of them out.");
        }

        data.Finish();
        top.Finish();
        return recipe;
    }
}

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

    /// <summary>Name, seed, optimiser, schedule, evaluation, checkpoints and samples.</summary>
    public required LoopRecipe Loop { get; init; }

    /// <summary>The model to start from, as the recipe names it: a folder, a GGUF file, or an installed model.</summary>
    public required string Base { get; init; }

    /// <summary>The folder that a relative <see cref="Base"/> counts from.</summary>
    public required string Folder { get; init; }

    /// <summary>How the base is kept under an adapter; null for single precision.</summary>
    public required FrozenFormat? BaseFormat { get; init; }

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

    /// <summary>The encoding that the layers are trained for, and the model is written in; null for none.</summary>
    public required ElementFormat? Quantization { get; init; }

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
        var shared = TrainingSections.Read(top, "base", text, folder);
        var recipe = shared with
        {
            BaseFormat = top.Has("base_format")
                ? top.Choice("base_format", (FrozenFormat?)null, ("bf16", FrozenFormat.BF16), ("nf4", FrozenFormat.NF4), ("nf4-double", FrozenFormat.NF4DoubleQuantised))
                : null,
            Adapter = top.Has("adapter") ? AdapterRecipe.Read(top.Section("adapter"), shared.Loop.Schedule.Steps, folder) : null,
            TrainedModules = top.Texts("modules"),
            Quantization = TrainingSections.ReadQuantization(top),
        };
        if (recipe.Adapter is not null && recipe.TrainedModules.Count > 0)
        {
            top.Fault("modules", "is given beside 'adapter', which says itself what is trained (adapter.targets, adapter.saved); leave one of them out.");
        }

        if (top.Has("base_format") && recipe.Adapter is null)
        {
            top.Fault("base_format", $"is given without 'adapter', and {(recipe.TrainedModules.Count > 0 ? "'modules' are" : "the model's own weights are")} trained in single precision; expected an adapter over the encoded base, or no 'base_format'.");
        }

        if (top.Has("quantization") && recipe.Adapter is not null)
        {
            top.Fault("quantization", "is given beside 'adapter', and trains the model's own weights for an encoding; leave one of them out, or store the base in fewer bits with 'base_format'.");
        }

        if (top.Has("quantization") && top.Has("export"))
        {
            top.Fault("export", "is given beside 'quantization', whose format the model is written in; leave one of them out.");
        }

        top.Finish();
        return recipe;
    }
}

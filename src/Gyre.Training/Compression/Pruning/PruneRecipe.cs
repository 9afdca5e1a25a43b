using System.Globalization;
using Gyre.Training.Finetuning;
using Gyre.Training.Recipes;

namespace Gyre.Training.Compression.Pruning;

/// <summary>A YAML file that fully describes how a model is pruned and then trained on with its zeros held. Immutable; all faults reported together.</summary>
public sealed record PruneRecipe : IRunRecipe
{
    /// <summary>What <c>kind</c> says in such a recipe.</summary>
    public const string Kind = "prune";

    /// <summary>Loop, data, batch and report, as a fine-tuning has them.</summary>
    public required FinetuneRecipe Training { get; init; }

    /// <summary>What goes.</summary>
    public required PruningOptions Options { get; init; }

    /// <summary>At most so many rows of the training data are calibrated on.</summary>
    public required int CalibrationRows { get; init; }

    /// <inheritdoc />
    public required string Source { get; init; }

    /// <summary>Every setting by dotted key, defaults filled in.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> Settings { get; init; }

    /// <inheritdoc cref="TrainingRecipe.Load"/>
    public static PruneRecipe Load(string path) => Parse(RecipeFile.ReadText(path), path);

    /// <inheritdoc cref="TrainingRecipe.Parse"/>
    public static PruneRecipe Parse(string text, string path)
    {
        var (recipe, settings) = RecipeFile.Parse(text, path, (top, folder) => Read(top, text, folder));
        return recipe with { Settings = settings };
    }

    /// <inheritdoc />
    IReadOnlyList<KeyValuePair<string, string>> IRunRecipe.SettingsOf(string path) => Load(path).Settings;

    private static PruneRecipe Read(RecipeSection top, string text, string folder)
    {
        RecipeFile.RequireKind(top, Kind);
        var pruning = RecipeFile.Required(top, "pruning");
        var method = pruning.Choice("method", PruningMethod.Wanda, ("wanda", PruningMethod.Wanda), ("magnitude", PruningMethod.Magnitude));
        var recipe = new PruneRecipe
        {
            Options = new PruningOptions
            {
                Method = method,
                Sparsity = SparsityOf(pruning, "sparsity", pruning.Text("sparsity", "0.5")),
                Scope = pruning.Has("scope") ? pruning.Choice("scope", PruningScope.Row, ("row", PruningScope.Row), ("matrix", PruningScope.Matrix), ("model", PruningScope.Model)) : null,
                Layers = LayersOf(pruning),
            },
            CalibrationRows = pruning.Integer("calibration_rows", 128, 1, 1_000_000),
            Training = TrainingSections.Read(top, "base", text, folder),
            Source = text,
            Settings = [],
        };
        pruning.Finish();
        top.Finish();
        return recipe;
    }

    private static Dictionary<int, Sparsity> LayersOf(RecipeSection pruning)
    {
        var layers = new Dictionary<int, Sparsity>();
        foreach (var setting in pruning.Texts("layers"))
        {
            if (setting.Split('=') is [var layer, var sparsity] && int.TryParse(layer, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && layers.TryAdd(index, SparsityOf(pruning, "layers", sparsity)))
            {
                continue;
            }

            pruning.Fault("layers", $"lists '{setting}'; expected each layer once, as \"0=0.3\" or \"0=2:4\".");
        }

        return layers;
    }

    private static Sparsity SparsityOf(RecipeSection section, string key, string text)
    {
        if (!Sparsity.TryParse(text, out var sparsity))
        {
            section.Fault(key, $"'{text}' is no sparsity; expected a share from 0 up to but not including 1, as 0.5, or how many of neighbours stay, as 2:4.");
        }

        return sparsity;
    }
}

using Gyre.Training.Curation.Balancing;
using Gyre.Training.Curation.Cleaning;
using Gyre.Training.Curation.Deduplication;
using Gyre.Training.Curation.Import;
using Gyre.Training.Curation.Synthesis;
using Gyre.Training.Recipes;

namespace Gyre.Training.Curation.Pipeline;

/// <summary>A YAML file that fully describes how a dataset is made (<c>kind: dataset</c>). Immutable; checked once when it is read, all faults reported together.</summary>
/// <remarks>A stage runs when its section is there: an empty one, <c>clean: {}</c>, takes the defaults.</remarks>
public sealed record DatasetRecipe
{
    /// <summary>The dataset's name.</summary>
    public required string Name { get; init; }

    /// <summary>One sentence for the registry.</summary>
    public required string Summary { get; init; }

    /// <summary>Fixes splits, order and sampling.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Threads to work with; 0 uses every core. The result has the same bytes for any number.</summary>
    public required int Threads { get; init; }

    /// <summary>Where records are from.</summary>
    public required IReadOnlyList<CurationSource> Sources { get; init; }

    /// <summary>What models write.</summary>
    public required IReadOnlyList<SynthesisOptions> Synthesis { get; init; }

    /// <summary>Whether records of which nobody said the licence may be used.</summary>
    public required bool AllowsUnknownLicence { get; init; }

    /// <summary>The licences that records may have; empty for any.</summary>
    public required IReadOnlyList<string> Licences { get; init; }

    /// <summary>Whether records that cannot be read are left out and counted, instead of an error.</summary>
    public required bool DropsFaulty { get; init; }

    /// <summary>The screen; null for none.</summary>
    public ScreenRecipe? Screen { get; init; }

    /// <summary>The cleaning; null for none.</summary>
    public CleaningOptions? Clean { get; init; }

    /// <summary>The filters in their order.</summary>
    public required IReadOnlyList<FilterRecipe> Filters { get; init; }

    /// <summary>The evaluation sets to keep out; null for none.</summary>
    public DecontaminationRecipe? Decontaminate { get; init; }

    /// <summary>The search for duplicates; null for none.</summary>
    public DeduplicationOptions? Deduplicate { get; init; }

    /// <summary>How many records of each group; null for all.</summary>
    public ResampleOptions? Resample { get; init; }

    /// <summary>The splits; null for none.</summary>
    public SplitRecipe? Split { get; init; }

    /// <summary>Whether the records are shuffled.</summary>
    public required bool Shuffles { get; init; }

    /// <summary>The file's text, as it was read.</summary>
    public required string Source { get; init; }

    /// <summary>Every setting by dotted key, defaults filled in.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> Settings { get; init; }

    /// <summary>Reads a recipe file; relative paths in it count from its folder.</summary>
    /// <remarks>Errors: TRN0001 file missing or unreadable; TRN0002 not YAML; TRN0003 faults, all of them in the message.</remarks>
    public static DatasetRecipe Load(string path) => Parse(RecipeFile.ReadText(path), path);

    /// <summary>Reads a recipe from text.</summary>
    /// <param name="text">The YAML text.</param>
    /// <param name="path">Names the recipe in messages; its folder is where relative paths count from.</param>
    /// <remarks>Errors: TRN0002, TRN0003 as <see cref="Load"/>.</remarks>
    public static DatasetRecipe Parse(string text, string path)
    {
        var (recipe, settings) = RecipeFile.Parse(text, path, (top, folder) => DatasetRecipeReader.Read(top, folder, text));
        return recipe with { Settings = settings };
    }
}

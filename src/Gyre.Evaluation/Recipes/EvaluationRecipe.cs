using Gyre.Evaluation.Runs;
using Gyre.Evaluation.Scorers;
using Microsoft.Extensions.AI;

namespace Gyre.Evaluation.Recipes;

/// <summary>A whole evaluation as its YAML file describes it: the model, the rows, the measurements and the demands.</summary>
public sealed record EvaluationRecipe
{
    /// <summary>The recipe's own name.</summary>
    public required string Name { get; init; }

    /// <summary>The alias or path of the model.</summary>
    public required string Model { get; init; }

    /// <summary>The seed of the held-out rows of the shop's corpus.</summary>
    public required ulong DatasetSeed { get; init; }

    /// <summary>How many held-out rows of each task.</summary>
    public required IReadOnlyDictionary<string, int> Counts { get; init; }

    /// <summary>Sampling temperature, 0 or more; 0 takes the likeliest token.</summary>
    public required double Temperature { get; init; }

    /// <summary>The most tokens of an answer.</summary>
    public required int MaxTokens { get; init; }

    /// <summary>A system message before every prompt; empty for none.</summary>
    public required string SystemPrompt { get; init; }

    /// <summary>Rows in flight at once.</summary>
    public required int Parallelism { get; init; }

    /// <summary>The confidence of the intervals.</summary>
    public required double Confidence { get; init; }

    /// <summary>The measurements, in the order of the table.</summary>
    public required IReadOnlyList<MetricRecipe> Metrics { get; init; }

    /// <summary>Reads a recipe from a file of at most 1 MiB.</summary>
    /// <exception cref="EvaluationException">
    /// EVA0001: the file cannot be read. EVA0002: it is not one YAML mapping. EVA0003: it has faults; all are listed with their line.
    /// </exception>
    public static EvaluationRecipe Load(string path) => EvaluationRecipeReader.Load(path);

    /// <summary>Reads a recipe from text.</summary>
    /// <exception cref="EvaluationException">EVA0002 and EVA0003, as <see cref="Load"/>.</exception>
    /// <param name="yaml">The recipe.</param>
    /// <param name="source">What error messages call it.</param>
    public static EvaluationRecipe Parse(string yaml, string source = "recipe") => EvaluationRecipeReader.Parse(yaml, source);

    /// <summary>The options of the run that the recipe describes.</summary>
    /// <param name="resultsPath">Where the results go; null for memory only.</param>
    public EvaluationRunOptions ToRunOptions(string? resultsPath) => new()
    {
        Model = Model,
        Metrics = [.. Metrics.Select(metric => new MetricPlan(metric.Task, ScorerCatalogue.Find(metric.Scorer)!, metric.Threshold))], // The reader checked the names.
        ResultsPath = resultsPath,
        Parallelism = Parallelism,
        Confidence = Confidence,
        Seed = DatasetSeed,
        SystemPrompt = SystemPrompt.Length == 0 ? null : SystemPrompt,
        Generation = new ChatOptions { Temperature = (float)Temperature, MaxOutputTokens = MaxTokens, Seed = (long)(DatasetSeed & long.MaxValue) },
    };
}

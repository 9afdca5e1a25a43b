using Gyre.Evaluation.Recipes;

namespace Gyre.Evaluation.Selection;

/// <summary>A model that may be chosen, with its prompt and parameters.</summary>
public sealed record SelectionCandidate
{
    /// <summary>Model, adapter, prompt, parameters and price, as evaluation recipes have them.</summary>
    public required CandidateRecipe Recipe { get; init; }

    /// <summary>How open it is.</summary>
    public OpennessProfile Openness { get; init; } = new();

    /// <summary>What it takes in memory where that cannot be estimated here, in MiB; null when nobody said.</summary>
    public double? StatedMemoryMib { get; init; }

    /// <summary>Its context where that cannot be read here, in tokens; null when nobody said.</summary>
    public int? StatedContextTokens { get; init; }

    /// <summary>The name that tables use.</summary>
    public string Name => Recipe.Name;

    /// <summary>The alias or path of its model.</summary>
    public string Model => Recipe.Model ?? ""; // The reader demands one.
}

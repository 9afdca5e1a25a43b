namespace Gyre.Evaluation.Selection;

/// <summary>Evidence as a recipe names it; exactly one of the four paths is given.</summary>
public sealed record SelectionEvidenceRecipe
{
    /// <summary>The name that objectives use.</summary>
    public required string Name { get; init; }

    /// <summary>An evaluation recipe that is run with the candidates in place of its own.</summary>
    public string? Recipe { get; init; }

    /// <summary>The <c>result.json</c> of an experiment, or its folder.</summary>
    public string? Result { get; init; }

    /// <summary>The <c>benchmark.json</c> of each candidate, or its folder.</summary>
    public IReadOnlyDictionary<string, string> Benchmarks { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>A file of ratings and notes.</summary>
    public string? Review { get; init; }

    /// <summary>What a stored experiment calls the candidates, where it calls them otherwise.</summary>
    public IReadOnlyDictionary<string, string> Names { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}

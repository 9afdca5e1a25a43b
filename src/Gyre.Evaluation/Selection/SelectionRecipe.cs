namespace Gyre.Evaluation.Selection;

/// <summary>A choice of a model as its YAML file describes it: what for, what is wanted, what must be kept, who may be chosen, by which evidence.</summary>
public sealed record SelectionRecipe
{
    /// <summary>The recipe's own name.</summary>
    public required string Name { get; init; }

    /// <summary>What the model is for, in a few sentences.</summary>
    public required string UseCase { get; init; }

    /// <summary>Who decides: a role or a name; empty when the recipe does not say.</summary>
    public string DecidedBy { get; init; } = "";

    /// <summary>What is wanted.</summary>
    public required IReadOnlyList<SelectionObjective> Objectives { get; init; }

    /// <summary>What must be kept.</summary>
    public required SelectionLimits Limits { get; init; }

    /// <summary>Who may be chosen.</summary>
    public required IReadOnlyList<SelectionCandidate> Candidates { get; init; }

    /// <summary>By what.</summary>
    public required IReadOnlyList<SelectionEvidenceRecipe> Evidence { get; init; }

    /// <summary>How the model will be served.</summary>
    public SelectionServing Serving { get; init; } = new();

    /// <summary>Consequences that people named.</summary>
    public IReadOnlyList<string> Consequences { get; init; } = [];

    /// <summary>Questions that people left open.</summary>
    public IReadOnlyList<string> OpenQuestions { get; init; } = [];

    /// <summary>The confidence at which two candidates count as different.</summary>
    public double Confidence { get; init; } = 0.95;

    /// <summary>How many weights are drawn to see how much depends on them.</summary>
    public int WeightDraws { get; init; } = 10_000;

    /// <summary>How far they are drawn: the standard deviation of the logarithm of a weight's factor.</summary>
    public double WeightSpread { get; init; } = 0.5;

    /// <summary>Seed of the draws.</summary>
    public ulong Seed { get; init; }

    /// <summary>SHA-256 of the file's text.</summary>
    public string Digest { get; init; } = "";

    /// <summary>Reads a recipe from a file of at most 1 MiB.</summary>
    /// <exception cref="EvaluationException">EVA0120: the file cannot be read. EVA0121: it is not one YAML mapping. EVA0122: it has faults; all are listed with their line.</exception>
    public static SelectionRecipe Load(string path) => SelectionRecipeReader.Load(path);

    /// <summary>Reads a recipe from text.</summary>
    /// <exception cref="EvaluationException">EVA0121 and EVA0122, as <see cref="Load"/>.</exception>
    /// <param name="yaml">The recipe.</param>
    /// <param name="source">What error messages call it.</param>
    public static SelectionRecipe Parse(string yaml, string source = "recipe") => SelectionRecipeReader.Parse(yaml, source);
}

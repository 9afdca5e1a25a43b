namespace Gyre.Training.Recipes;

/// <summary>Held-out rows on which a model is measured before and after a job.</summary>
public sealed record ReportTaskRecipe
{
    /// <summary>What tables call it.</summary>
    public required string Name { get; init; }

    /// <summary>Whether the job trains this task; the others show what it forgets.</summary>
    public required bool IsTrained { get; init; }

    /// <summary>A dataset file with prompts and references, full path; empty when the rows are generated.</summary>
    public required string File { get; init; }

    /// <summary>The seed of the generated held-out rows of the shop.</summary>
    public required ulong ShopSeed { get; init; }

    /// <summary>How many generated rows of each shop task; empty when <see cref="File"/> is given.</summary>
    public required IReadOnlyDictionary<string, double> ShopCounts { get; init; }

    /// <summary>Generated held-out questions with their notes; null when <see cref="File"/> or <see cref="ShopCounts"/> are given.</summary>
    public required ShopQuestionsRecipe? ShopQuestions { get; init; }

    /// <summary>Questions about the facts of a fixed shop, asked without any note; null when another source is given.</summary>
    public required ShopFactsRecipe? ShopFacts { get; init; }

    /// <summary>The seed of generated held-out requests under the brand guide.</summary>
    public required ulong BrandSeed { get; init; }

    /// <summary>How many of those; 0 when another source is given.</summary>
    public required int BrandRows { get; init; }

    /// <summary>A file of texts of which the model continues each from its first words, full path; empty when another source is given.</summary>
    public required string TextFile { get; init; }

    /// <summary>How many words of a text the model is given.</summary>
    public required int TextWords { get; init; }

    /// <summary>The text that separates the texts of <see cref="TextFile"/>.</summary>
    public required string TextSeparator { get; init; }

    /// <summary>Whether prompts are plain texts that the model continues, not messages that it answers.</summary>
    public bool IsText => TextFile.Length > 0;

    /// <summary>At most this many rows are measured; 0 for all.</summary>
    public required int Rows { get; init; }

    /// <summary>Scorers of the answers, by name; perplexity of the references is always measured.</summary>
    public required IReadOnlyList<string> Scorers { get; init; }
}

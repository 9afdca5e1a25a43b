using Gyre.Evaluation.Experiments;
using Microsoft.Extensions.AI;

namespace Gyre.Evaluation.Recipes;

/// <summary>One candidate as a recipe names it.</summary>
public sealed record CandidateRecipe
{
    /// <summary>The name that tables use.</summary>
    public required string Name { get; init; }

    /// <summary>The alias or path of the model; null for a candidate whose answers are there already (<see cref="Output"/>, <see cref="Stored"/>).</summary>
    public string? Model { get; init; }

    /// <summary>Where the model answers; null for a model of this machine.</summary>
    public ServerRecipe? Server { get; init; }

    /// <summary>The fact of the rows that holds the answers; null when they are asked for.</summary>
    public string? Output { get; init; }

    /// <summary>The folder of an earlier experiment whose answers are used; null when they are asked for.</summary>
    public string? Stored { get; init; }

    /// <summary>Which candidate of <see cref="Stored"/>; null for its baseline.</summary>
    public string? StoredCandidate { get; init; }

    /// <summary>An adapter of the model: NAME=DIR, a folder, or the name of an installed one; null for none.</summary>
    public string? Adapter { get; init; }

    /// <summary>A system message before every prompt; empty for none.</summary>
    public string SystemPrompt { get; init; } = "";

    /// <summary>How a row becomes the user's message; see <see cref="PromptTemplate"/>.</summary>
    public string Template { get; init; } = "{prompt}";

    /// <summary>Questions that are asked first, whose answers stand in later templates.</summary>
    public IReadOnlyList<ChatStep> Steps { get; init; } = [];

    /// <summary>What is looked up before the answer; null for nothing.</summary>
    public RetrievalRecipe? Retrieval { get; init; }

    /// <summary>Worked examples before the question, as many from each task's other rows; 0 for none.</summary>
    public int Examples { get; init; }

    /// <summary>True to show the examples of every task before every row, not only those of its own.</summary>
    public bool ShowsEveryTask { get; init; }

    /// <summary>Sampling temperature, 0 or more; 0 takes the likeliest token.</summary>
    public double Temperature { get; init; }

    /// <summary>The most tokens of an answer.</summary>
    public int MaxTokens { get; init; } = 256;

    /// <summary>Seed of the sampling.</summary>
    public long Seed { get; init; }

    /// <summary>What a million tokens cost, read and written; null when nothing is known.</summary>
    public (decimal Input, decimal Output)? PricePerMillion { get; init; }

    /// <summary>The options of a candidate that answers by chat.</summary>
    public ChatCandidateOptions ToOptions() => new()
    {
        System = SystemPrompt,
        Template = PromptTemplate.Parse(Template),
        Steps = Steps,
        ShowsEveryTask = ShowsEveryTask,
        PricePerMillion = PricePerMillion,
        Generation = new ChatOptions { Temperature = (float)Temperature, MaxOutputTokens = MaxTokens, Seed = Seed },
    };
}

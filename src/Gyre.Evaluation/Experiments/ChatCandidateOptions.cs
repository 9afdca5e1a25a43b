using Gyre.Contracts;
using Microsoft.Extensions.AI;

namespace Gyre.Evaluation.Experiments;

/// <summary>How a <see cref="ChatCandidate"/> asks.</summary>
public sealed record ChatCandidateOptions
{
    /// <summary>A system message before everything; empty for none.</summary>
    public string System { get; init; } = "";

    /// <summary>How a row becomes the user's message.</summary>
    public PromptTemplate Template { get; init; } = PromptTemplate.Prompt;

    /// <summary>Questions that are asked before the last one, each with the system message and in a conversation of its own; their answers can stand in later templates.</summary>
    public IReadOnlyList<ChatStep> Steps { get; init; } = [];

    /// <summary>Worked examples: those of the row's task are asked and answered before it. A row is never shown itself.</summary>
    public IReadOnlyList<DatasetRow> Examples { get; init; } = [];

    /// <summary>True to show the examples of every task before every row: where the task would tell what kind of answer is wanted, as that a question cannot be answered.</summary>
    public bool ShowsEveryTask { get; init; }

    /// <summary>Reads from a response what its client retrieved, the best first, for metrics of retrieval; null when the client retrieves nothing.</summary>
    public Func<ChatResponse, IReadOnlyList<string>?>? PassagesOf { get; init; }

    /// <summary>Temperature, token limit, seed and so on, as sent with every row.</summary>
    public ChatOptions Generation { get; init; } = new() { Temperature = 0, MaxOutputTokens = 256 };

    /// <summary>What a million tokens cost, read and written; null when nothing is known.</summary>
    public (decimal Input, decimal Output)? PricePerMillion { get; init; }
}

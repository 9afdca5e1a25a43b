using System.ComponentModel;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Gyre.Server.Wire;

/// <summary>A response: what was asked, how it stands, and what it holds.</summary>
[Description("A response.")]
internal sealed record ResponseAnswer
{
    [Description("The response's id.")]
    public required string Id { get; init; }

    [Description("Always response.")]
    public string Object { get; init; } = "response";

    [Description("When it was created. Seconds since 1970-01-01T00:00:00Z.")]
    public required long CreatedAt { get; init; }

    [Description("queued, in_progress, completed, incomplete, failed or cancelled.")]
    public required string Status { get; init; }

    [Description("It runs apart from the request that began it.")]
    public required bool Background { get; init; }

    [Description("What went wrong, when it failed.")]
    public required Failure? Error { get; init; }

    [Description("Why it is incomplete.")]
    public required Incomplete? IncompleteDetails { get; init; }

    [Description("The system prompt of this response.")]
    public required string? Instructions { get; init; }

    [Description("The most tokens to generate.")]
    public required int? MaxOutputTokens { get; init; }

    [Description("The alias that answers.")]
    public required string Model { get; init; }

    [Description("Messages and calls.")]
    public required IReadOnlyList<ResponseItem> Output { get; init; }

    [Description("Whether it may hold several calls.")]
    public required bool ParallelToolCalls { get; init; }

    [Description("The response that it goes on from.")]
    public required string? PreviousResponseId { get; init; }

    [Description("Always empty: no hidden reasoning.")]
    public Reasoned Reasoning { get; init; } = new();

    [Description("Always default.")]
    public string ServiceTier { get; init; } = "default";

    [Description("It is kept and can be asked for again.")]
    public required bool Store { get; init; }

    [Description("As the answer was sampled.")]
    public required double Temperature { get; init; }

    [Description("The form of the text.")]
    public required JsonNode? Text { get; init; }

    [Description("As the request said it.")]
    public required JsonNode? ToolChoice { get; init; }

    [Description("As the request said them.")]
    public required JsonNode? Tools { get; init; }

    [Description("How many alternatives are reported at each place.")]
    public required int TopLogprobs { get; init; }

    [Description("As the answer was sampled.")]
    public required double TopP { get; init; }

    [Description("auto or disabled.")]
    public required string Truncation { get; init; }

    [Description("Tokens used; null until it has ended.")]
    public required ResponseUsage? Usage { get; init; }

    [Description("Your name for the end user.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? User { get; init; }

    [Description("As the request said it.")]
    public required IReadOnlyDictionary<string, string> Metadata { get; init; }

    [Description("What went wrong.")]
    internal sealed record Failure
    {
        [Description("server_error or rate_limit_exceeded.")]
        public required string Code { get; init; }

        [Description("What was found and what to do next, with Gyre's own code.")]
        public required string Message { get; init; }
    }

    [Description("Why a response is incomplete.")]
    internal sealed record Incomplete
    {
        [Description("max_output_tokens.")]
        public required string Reason { get; init; }
    }

    [Description("Always empty.")]
    internal sealed record Reasoned
    {
        [Description("Always null.")]
        public string? Effort { get; init; }

        [Description("Always null.")]
        public string? Summary { get; init; }
    }
}

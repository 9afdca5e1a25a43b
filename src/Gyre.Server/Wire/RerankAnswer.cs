using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Gyre.Server.Wire;

/// <summary>Documents in the order of their scores.</summary>
[Description("Documents in the order of their scores.")]
internal sealed record RerankAnswer
{
    [Description("The answer's id.")]
    public required string Id { get; init; }

    [Description("The alias that answered.")]
    public required string Model { get; init; }

    [Description("The best first; equal scores keep the order of the request.")]
    public required IReadOnlyList<Ranked> Results { get; init; }

    [Description("Tokens used.")]
    public required EmbeddingAnswer.Tokens Usage { get; init; }

    [Description("One document.")]
    internal sealed record Ranked
    {
        [Description("Its number in the request, from 0.")]
        public required int Index { get; init; }

        [Description("How well it answers the query; larger is better.")]
        public required float RelevanceScore { get; init; }

        [Description("The document, unless return_documents is false.")]
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public Text? Document { get; init; }
    }

    [Description("A document.")]
    internal sealed record Text
    {
        [Description("Its text.")]
        [JsonPropertyName("text")]
        public required string Value { get; init; }
    }
}

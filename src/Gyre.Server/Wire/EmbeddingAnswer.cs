using System.ComponentModel;

namespace Gyre.Server.Wire;

/// <summary>The vectors of texts.</summary>
[Description("The vectors of texts.")]
internal sealed record EmbeddingAnswer
{
    [Description("Always list.")]
    public string Object { get; init; } = "list";

    [Description("One entry a text, in the texts' order.")]
    public required IReadOnlyList<Entry> Data { get; init; }

    [Description("The alias that answered.")]
    public required string Model { get; init; }

    [Description("Tokens used.")]
    public required Tokens Usage { get; init; }

    [Description("One vector.")]
    internal sealed record Entry
    {
        [Description("Always embedding.")]
        public string Object { get; init; } = "embedding";

        [Description("The text's number, from 0.")]
        public required int Index { get; init; }

        [Description("The vector: a list of numbers, or base64 of 32-bit little-endian floats.")]
        public required EmbeddingVector Embedding { get; init; }
    }

    [Description("Tokens used.")]
    internal sealed record Tokens
    {
        [Description("Tokens read.")]
        public required int PromptTokens { get; init; }

        [Description("The same.")]
        public required int TotalTokens { get; init; }
    }
}

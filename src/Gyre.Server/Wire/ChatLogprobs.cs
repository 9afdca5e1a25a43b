using System.ComponentModel;

namespace Gyre.Server.Wire;

/// <summary>Log-probabilities of a chat answer.</summary>
[Description("Log-probabilities of a chat answer.")]
internal sealed record ChatLogprobs
{
    [Description("One entry a token of the answer.")]
    public required IReadOnlyList<Token> Content { get; init; }

    [Description("Always null: this engine writes no refusal texts of its own.")]
    public IReadOnlyList<Token>? Refusal { get; init; }

    [Description("One token with its log-probability and its alternatives.")]
    internal sealed record Token
    {
        [Description("The token's text; bytes that are no whole character read as U+FFFD.")]
        [System.Text.Json.Serialization.JsonPropertyName("token")]
        public required string Text { get; init; }

        [Description("Natural logarithm of its probability.")]
        public required double Logprob { get; init; }

        [Description("The token's UTF-8 bytes.")]
        public required IReadOnlyList<int> Bytes { get; init; }

        [Description("The most likely tokens at this place, most likely first.")]
        public required IReadOnlyList<Alternative> TopLogprobs { get; init; }
    }

    [Description("One of the most likely tokens at a place.")]
    internal sealed record Alternative
    {
        [Description("The token's text; bytes that are no whole character read as U+FFFD.")]
        [System.Text.Json.Serialization.JsonPropertyName("token")]
        public required string Text { get; init; }

        [Description("Natural logarithm of its probability.")]
        public required double Logprob { get; init; }

        [Description("The token's UTF-8 bytes.")]
        public required IReadOnlyList<int> Bytes { get; init; }
    }
}

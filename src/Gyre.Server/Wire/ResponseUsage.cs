using System.ComponentModel;

namespace Gyre.Server.Wire;

/// <summary>Tokens that a response used.</summary>
[Description("Tokens that a response used.")]
internal sealed record ResponseUsage
{
    [Description("Tokens of the prompt.")]
    public required int InputTokens { get; init; }

    [Description("The prompt's tokens in detail.")]
    public required InputDetails InputTokensDetails { get; init; }

    [Description("Tokens generated, an end token included.")]
    public required int OutputTokens { get; init; }

    [Description("The generated tokens in detail.")]
    public required OutputDetails OutputTokensDetails { get; init; }

    [Description("The sum of both.")]
    public required int TotalTokens { get; init; }

    [Description("The prompt's tokens in detail.")]
    internal sealed record InputDetails
    {
        [Description("Prompt tokens whose keys and values were reused.")]
        public required int CachedTokens { get; init; }
    }

    [Description("The generated tokens in detail.")]
    internal sealed record OutputDetails
    {
        [Description("Always 0: no hidden reasoning.")]
        public required int ReasoningTokens { get; init; }
    }
}

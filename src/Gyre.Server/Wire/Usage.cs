using System.ComponentModel;

namespace Gyre.Server.Wire;

/// <summary>Tokens that a request used.</summary>
[Description("Tokens that a request used.")]
internal sealed record Usage
{
    [Description("Tokens of the prompt.")]
    public required int PromptTokens { get; init; }

    [Description("Tokens generated, an end token included, over all choices.")]
    public required int CompletionTokens { get; init; }

    [Description("The sum of both.")]
    public required int TotalTokens { get; init; }

    [Description("The prompt's tokens in detail.")]
    public required PromptDetails PromptTokensDetails { get; init; }

    [Description("The generated tokens in detail.")]
    public required CompletionDetails CompletionTokensDetails { get; init; }

    public static Usage Create(int prompt, int completion, int cached) => new()
    {
        PromptTokens = prompt,
        CompletionTokens = completion,
        TotalTokens = prompt + completion,
        PromptTokensDetails = new PromptDetails { CachedTokens = cached, AudioTokens = 0 },
        CompletionTokensDetails = new CompletionDetails
        {
            ReasoningTokens = 0,
            AudioTokens = 0,
            AcceptedPredictionTokens = 0,
            RejectedPredictionTokens = 0,
        },
    };

    [Description("The prompt's tokens in detail.")]
    internal sealed record PromptDetails
    {
        [Description("Prompt tokens whose keys and values were reused.")]
        public required int CachedTokens { get; init; }

        [Description("Always 0: text only.")]
        public required int AudioTokens { get; init; }
    }

    [Description("The generated tokens in detail.")]
    internal sealed record CompletionDetails
    {
        [Description("Always 0: no hidden reasoning.")]
        public required int ReasoningTokens { get; init; }

        [Description("Always 0: text only.")]
        public required int AudioTokens { get; init; }

        [Description("Always 0: predictions are refused.")]
        public required int AcceptedPredictionTokens { get; init; }

        [Description("Always 0: predictions are refused.")]
        public required int RejectedPredictionTokens { get; init; }
    }
}

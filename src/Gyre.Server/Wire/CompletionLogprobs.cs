using System.ComponentModel;

namespace Gyre.Server.Wire;

/// <summary>Log-probabilities in the form of the older completions endpoint: lists side by side.</summary>
[Description("Log-probabilities as lists side by side, one entry a token.")]
internal sealed record CompletionLogprobs
{
    [Description("The tokens' texts; a token that is no whole text reads bytes:\\xNN….")]
    public required IReadOnlyList<string> Tokens { get; init; }

    [Description("Natural logarithms of their probabilities; null for the first token of an echoed prompt.")]
    public required IReadOnlyList<double?> TokenLogprobs { get; init; }

    [Description("The most likely tokens at each place with their log-probabilities; null where none were computed.")]
    public required IReadOnlyList<IReadOnlyDictionary<string, double>?> TopLogprobs { get; init; }

    [Description("Where each token begins in the choice's text. Unicode characters.")]
    public required IReadOnlyList<int> TextOffset { get; init; }
}

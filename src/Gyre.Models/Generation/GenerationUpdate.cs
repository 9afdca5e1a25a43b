namespace Gyre.Models.Generation;

/// <summary>One step of a running generation, as it is streamed.</summary>
/// <remarks>
/// Text arrives in whole characters: bytes of a character split over tokens are held back until it is complete, and
/// text that may be the beginning of a stop text is held back until it is decided.
/// </remarks>
public readonly record struct GenerationUpdate
{
    /// <summary>Creates an update without text, token or end.</summary>
    public GenerationUpdate()
    {
    }

    /// <summary>The new text; may be empty.</summary>
    public string Text { get; init; } = "";

    /// <summary>The token generated in this step; null in the first update (prompt done) and the last.</summary>
    public int? TokenId { get; init; }

    /// <summary>True when the token ended the answer and is no part of its text.</summary>
    public bool IsEnd { get; init; }

    /// <summary>The token's log-probabilities, when asked for.</summary>
    public TokenLogprob? Logprob { get; init; }

    /// <summary>In the first update: the prompt's log-probabilities, when asked for; the first token has none.</summary>
    public IReadOnlyList<TokenLogprob?> PromptLogprobs { get; init; } = [];

    /// <summary>Set in the last update only.</summary>
    public FinishReason? FinishReason { get; init; }

    /// <summary>Set in the last update only.</summary>
    public GenerationUsage? Usage { get; init; }
}

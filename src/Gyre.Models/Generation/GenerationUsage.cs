namespace Gyre.Models.Generation;

/// <summary>What a finished generation used.</summary>
/// <param name="PromptTokens">Tokens of the prompt.</param>
/// <param name="CompletionTokens">Tokens generated, an end token included.</param>
/// <param name="CachedTokens">Prompt tokens whose keys and values were reused.</param>
/// <param name="Queued">Waiting time before the prompt was begun.</param>
/// <param name="Prompt">Time to run the prompt.</param>
/// <param name="Generation">Time from the end of the prompt to the last token.</param>
public sealed record GenerationUsage(
    int PromptTokens,
    int CompletionTokens,
    int CachedTokens,
    TimeSpan Queued,
    TimeSpan Prompt,
    TimeSpan Generation);

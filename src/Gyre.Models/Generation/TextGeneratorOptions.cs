namespace Gyre.Models.Generation;

/// <summary>Bounds of one model's engine.</summary>
public sealed record TextGeneratorOptions
{
    /// <summary>How many sequences take turns at once, each with its own key–value cache. Default 16.</summary>
    public int MaxActive { get; init; } = 16;

    /// <summary>How many requests may wait beside the active ones; one more is refused with <c>RUN0303</c>. Default 256.</summary>
    public int MaxWaiting { get; init; } = 256;

    /// <summary>Prompt tokens run per turn, so that a long prompt does not hold up running streams. Default 256.</summary>
    public int PromptChunkTokens { get; init; } = 256;

    /// <summary>The tokens that end an answer; null takes the tokenizer's own.</summary>
    public IReadOnlyList<int>? EndIds { get; init; }

    /// <summary>Seeds requests that bring no seed of their own.</summary>
    public ulong Seed { get; init; } = 20_260_101;
}

using Gyre.Models.Architectures;

namespace Gyre.Models.Generation;

/// <summary>Bounds of one model's engine.</summary>
public sealed record TextGeneratorOptions
{
    /// <summary>How many sequences run together. Default 32.</summary>
    public int MaxActive { get; init; } = 32;

    /// <summary>How many requests may wait beside the active ones; one more is refused with <c>RUN0303</c>. Default 256.</summary>
    public int MaxWaiting { get; init; } = 256;

    /// <summary>Prompt tokens of all sequences in one step, so that long prompts do not hold up running streams. Default 256.</summary>
    public int PromptChunkTokens { get; init; } = 256;

    /// <summary>
    /// The most tokens that are drafted from what a sequence said before and then checked in one step, while few
    /// sequences run; the tokens stay those that one after another would have been chosen. 0 drafts none. Default 8.
    /// </summary>
    public int MaxDraftTokens { get; init; } = 8;

    /// <summary>A smaller network of the same vocabulary that drafts where the text itself suggests nothing; null for none. It outlives the engine.</summary>
    public IDecoder? DraftDecoder { get; init; }

    /// <summary>The tokens that end an answer; null takes the tokenizer's own.</summary>
    public IReadOnlyList<int>? EndIds { get; init; }

    /// <summary>What the decoder of a model that reads sources begins with; prompts are sources there. Default 0.</summary>
    public int StartId { get; init; }

    /// <summary>What the model's settings forbid or force; null for nothing.</summary>
    public AnswerRules? Rules { get; init; }

    /// <summary>Seeds requests that bring no seed of their own.</summary>
    public ulong Seed { get; init; } = 20_260_101;
}

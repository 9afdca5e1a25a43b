using System.ComponentModel;

namespace Gyre.Server.Wire;

/// <summary>Tokens that a messages request used.</summary>
[Description("Tokens that a request used.")]
internal sealed record MessageUsage
{
    [Description("Tokens of the prompt that were computed.")]
    public required int InputTokens { get; init; }

    [Description("Tokens generated, an end token included.")]
    public required int OutputTokens { get; init; }

    [Description("Always 0: what is kept for later prompts is not counted apart.")]
    public int CacheCreationInputTokens { get; init; }

    [Description("Tokens of the prompt whose keys and values were reused.")]
    public required int CacheReadInputTokens { get; init; }
}

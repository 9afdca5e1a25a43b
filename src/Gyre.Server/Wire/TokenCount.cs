using System.ComponentModel;

namespace Gyre.Server.Wire;

/// <summary>How many tokens a messages request would read.</summary>
[Description("How many tokens a messages request would read.")]
internal sealed record TokenCount
{
    [Description("Tokens of the prompt as the model's template writes it.")]
    public required int InputTokens { get; init; }
}

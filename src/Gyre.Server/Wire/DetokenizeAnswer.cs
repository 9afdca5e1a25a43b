using System.ComponentModel;

namespace Gyre.Server.Wire;

/// <summary>The text of tokens.</summary>
[Description("The text of tokens.")]
internal sealed record DetokenizeAnswer
{
    [Description("The text; bytes that are no whole character read as U+FFFD.")]
    public required string Prompt { get; init; }
}

using System.ComponentModel;

namespace Gyre.Server.Wire;

/// <summary>The tokens of a text.</summary>
[Description("The tokens of a text.")]
internal sealed record TokenizeAnswer
{
    [Description("How many there are.")]
    public required int Count { get; init; }

    [Description("The model's longest sequence, prompt and answer together.")]
    public required int MaxModelLen { get; init; }

    [Description("The ids.")]
    public required IReadOnlyList<int> Tokens { get; init; }

    [Description("The vocabulary's own spelling of each; null unless asked for.")]
    public required IReadOnlyList<string>? TokenStrs { get; init; }
}

using System.ComponentModel;

namespace Gyre.Server.Wire;

/// <summary>The models that requests may name.</summary>
[Description("The models that requests may name.")]
internal sealed record ModelList
{
    [Description("Always list.")]
    public string Object { get; init; } = "list";

    [Description("The default alias first, then by name.")]
    public required IReadOnlyList<ModelCard> Data { get; init; }
}

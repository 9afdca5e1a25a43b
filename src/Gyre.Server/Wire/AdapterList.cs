using System.ComponentModel;

namespace Gyre.Server.Wire;

/// <summary>The adapters that requests may name.</summary>
[Description("The adapters that requests may name.")]
internal sealed record AdapterList
{
    [Description("Always list.")]
    public string Object { get; init; } = "list";

    [Description("Sorted by name.")]
    public required IReadOnlyList<AdapterCard> Data { get; init; }
}

using System.ComponentModel;

namespace Gyre.Server.Wire;

/// <summary>Says that a response was removed.</summary>
[Description("Says that a response was removed.")]
internal sealed record ResponseDeletion
{
    [Description("The response's id.")]
    public required string Id { get; init; }

    [Description("Always response.deleted.")]
    public string Object { get; init; } = "response.deleted";

    [Description("Always true.")]
    public bool Deleted { get; init; } = true;
}

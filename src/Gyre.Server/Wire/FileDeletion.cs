using System.ComponentModel;

namespace Gyre.Server.Wire;

/// <summary>Says that a file was removed.</summary>
[Description("Says that a file was removed.")]
internal sealed record FileDeletion
{
    [Description("The file's id.")]
    public required string Id { get; init; }

    [Description("Always file.")]
    public string Object { get; init; } = "file";

    [Description("Always true.")]
    public bool Deleted { get; init; } = true;
}

using System.ComponentModel;

namespace Gyre.Server.Wire;

/// <summary>The aliases in force.</summary>
[Description("The aliases in force.")]
internal sealed record AliasList
{
    [Description("The default first, then by name.")]
    public required IReadOnlyList<AliasView> Data { get; init; }

    [Description("What is wrong with the alias file as it stands; null when it is in force.")]
    public required string? Fault { get; init; }
}

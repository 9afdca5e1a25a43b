using System.ComponentModel;

namespace Gyre.Server.Wire;

/// <summary>The version that uploaded rows are now kept as.</summary>
[Description("The version that uploaded rows are now kept as.")]
internal sealed record DatasetUpload
{
    [Description("False when the dataset had these very rows already: nothing was added.")]
    public required bool IsNew { get; init; }

    [Description("The version.")]
    public required DatasetVersionView Version { get; init; }
}

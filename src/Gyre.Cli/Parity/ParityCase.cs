using Gyre.Models.Catalog;
using Gyre.Tensors.Threading;

namespace Gyre.Cli.Parity;

/// <summary>A published checkpoint whose results are known.</summary>
/// <param name="Name">Its name on the hub, without the owner: a folder is known by it.</param>
/// <param name="Compute">Computes what is compared; null when this version has no such network yet.</param>
internal sealed record ParityCase(string Name, Func<ModelFolder, ThreadTeam, IReadOnlyList<ParityRow>>? Compute)
{
    /// <summary>Every case; a new one is registered here.</summary>
    public static IReadOnlyList<ParityCase> All { get; } =
    [
        new("bert-base-uncased", BertBaseParity.Compute),
        new("clip-vit-base-patch32", null),
        new("t5-small", T5SmallParity.Compute),
    ];

    /// <summary>True for a folder that holds this checkpoint, by its name.</summary>
    public bool IsIn(string folder) => Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)).Contains(Name, StringComparison.OrdinalIgnoreCase);
}

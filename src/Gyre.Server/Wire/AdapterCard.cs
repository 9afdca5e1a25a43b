using System.ComponentModel;

namespace Gyre.Server.Wire;

/// <summary>An adapter that requests may name as their model.</summary>
[Description("An adapter that requests may name as their model.")]
internal sealed record AdapterCard
{
    [Description("Its name.")]
    public required string Id { get; init; }

    [Description("Always adapter.")]
    public string Object { get; init; } = "adapter";

    [Description("The alias whose model it belongs to.")]
    public required string Parent { get; init; }

    [Description("Where it comes from: request (loaded while the server runs, until it stops), start (named by --adapter) or folder (the data folder's adapters).")]
    public required string Source { get; init; }

    [Description("loaded, or unloaded: one that was named at the start or lies in the data folder is then loaded by the next request for it, one loaded by a request is forgotten.")]
    public required string Status { get; init; }
}

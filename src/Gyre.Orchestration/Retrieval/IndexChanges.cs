namespace Gyre.Orchestration.Retrieval;

/// <summary>What an index changed.</summary>
/// <param name="Added">Passages with a new id.</param>
/// <param name="Replaced">Passages whose id was there with other content.</param>
/// <param name="Deleted">Passages that went.</param>
/// <param name="Unchanged">Passages that were there already; nothing was done for them.</param>
public sealed record IndexChanges(int Added, int Replaced, int Deleted, int Unchanged);

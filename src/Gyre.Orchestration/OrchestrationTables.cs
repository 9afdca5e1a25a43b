using Gyre.Storage;

namespace Gyre.Orchestration;

/// <summary>The tables of this room.</summary>
public static class OrchestrationTables
{
    /// <summary>The steps that build them; open the database with these before an index is opened in it.</summary>
    public static MigrationSet Migrations() => new("orchestration", typeof(OrchestrationTables).Assembly);
}

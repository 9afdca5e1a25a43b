using Gyre.Storage;

namespace Gyre.Registry;

/// <summary>The tables of this room.</summary>
public static class RegistryTables
{
    /// <summary>The steps that build them; open the database with these before any of this room's stores is made.</summary>
    public static MigrationSet Migrations() => new("registry", typeof(RegistryTables).Assembly);
}

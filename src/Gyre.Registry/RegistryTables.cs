using Gyre.Storage;

namespace Gyre.Registry;

/// <summary>The tables of this room.</summary>
public static class RegistryTables
{
    /// <summary>The steps that build them; open the database with these before any of this room's stores is made.</summary>
    public static MigrationSet Migrations() => new("registry", typeof(RegistryTables).Assembly);

    /// <summary>Every blob that something of this room is kept in; a table that names blobs is read here too, or a sweep removes them.</summary>
    internal static IReadOnlySet<string> UsedBlobs(DatabaseSession session) =>
        session.Query<string>("SELECT DISTINCT blob FROM dataset_versions").ToHashSet(StringComparer.Ordinal);
}

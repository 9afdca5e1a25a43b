using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Gyre.Storage;

/// <summary>Brings a database's tables to the steps that this program knows, each in a transaction of its own.</summary>
internal static class Migrator
{
    private const string CreateTable = """
        CREATE TABLE IF NOT EXISTS gyre_migrations (
            owner TEXT NOT NULL,
            number INTEGER NOT NULL,
            name TEXT NOT NULL,
            digest TEXT NOT NULL,
            applied_at TEXT NOT NULL,
            PRIMARY KEY (owner, number)
        ) WITHOUT ROWID;
        """;

    public static void Run(SqliteConnection connection, string path, IReadOnlyList<MigrationSet> sets, TimeProvider clock)
    {
        if (IsCurrent(connection, path, sets))
        {
            return;
        }

        // Immediate: of two programs that start at once, one waits for the other and then finds its work done.
        using var transaction = connection.BeginTransaction(deferred: false);
        Execute(connection, transaction, CreateTable);
        foreach (var set in sets)
        {
            var applied = ReadApplied(connection, transaction, set.Owner);
            Check(path, set, applied);
            foreach (var step in set.Steps.Skip(applied.Count))
            {
                Apply(connection, transaction, path, set.Owner, step, clock);
            }
        }

        transaction.Commit();
    }

    /// <summary>The common case, without taking the write lock: everything was applied before.</summary>
    private static bool IsCurrent(SqliteConnection connection, string path, IReadOnlyList<MigrationSet> sets)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = 'gyre_migrations'";
        if ((long)command.ExecuteScalar()! == 0) // COUNT is never null.
        {
            return false;
        }

        foreach (var set in sets)
        {
            var applied = ReadApplied(connection, null, set.Owner);
            Check(path, set, applied);
            if (applied.Count < set.Steps.Count)
            {
                return false;
            }
        }

        return true;
    }

    private static List<(int Number, string Name, string Digest)> ReadApplied(SqliteConnection connection, SqliteTransaction? transaction, string owner)
    {
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = "SELECT number, name, digest FROM gyre_migrations WHERE owner = $owner ORDER BY number";
        command.Parameters.AddWithValue("$owner", owner);
        using var reader = command.ExecuteReader();
        var applied = new List<(int, string, string)>();
        while (reader.Read())
        {
            applied.Add((reader.GetInt32(0), reader.GetString(1), reader.GetString(2)));
        }

        return applied;
    }

    private static void Check(string path, MigrationSet set, List<(int Number, string Name, string Digest)> applied)
    {
        if (applied.Count > set.Steps.Count)
        {
            throw new StorageException(
                "STO0010",
                $"Opening the database failed: '{path}' was written by a newer Gyre: its '{set.Owner}' tables are at step {applied.Count} ('{applied[^1].Name}'); this program knows {set.Steps.Count}. Update Gyre, or choose another data folder.");
        }

        for (var i = 0; i < applied.Count; i++)
        {
            if (applied[i].Number != set.Steps[i].Number || applied[i].Digest != set.Steps[i].Digest)
            {
                throw new StorageException(
                    "STO0011",
                    $"Opening the database failed: step {i + 1} of '{set.Owner}' in '{path}' is not the one this program has ('{applied[i].Name}' there, '{set.Steps[i].Name}' here). It was written by another build; use that build, or choose another data folder.");
            }
        }
    }

    private static void Apply(SqliteConnection connection, SqliteTransaction transaction, string path, string owner, MigrationStep step, TimeProvider clock)
    {
        try
        {
            Execute(connection, transaction, step.Sql);
        }
        catch (SqliteException error) when (error.SqliteErrorCode == SQLitePCL.raw.SQLITE_ERROR)
        {
            throw new StorageException("STO0013", $"Opening the database failed: step {step.Number} of '{owner}' ('{step.Name}') does not run on '{path}' ({error.Message}). Nothing was changed; report it with this message.", error);
        }

        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = "INSERT INTO gyre_migrations (owner, number, name, digest, applied_at) VALUES ($owner, $number, $name, $digest, $at)";
        command.Parameters.AddWithValue("$owner", owner);
        command.Parameters.AddWithValue("$number", step.Number);
        command.Parameters.AddWithValue("$name", step.Name);
        command.Parameters.AddWithValue("$digest", step.Digest);
        command.Parameters.AddWithValue("$at", clock.GetUtcNow().ToString("O", CultureInfo.InvariantCulture));
        command.ExecuteNonQuery();
    }

    private static void Execute(SqliteConnection connection, SqliteTransaction transaction, string sql)
    {
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}

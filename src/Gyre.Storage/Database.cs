using Microsoft.Data.Sqlite;

namespace Gyre.Storage;

/// <summary>The door to one SQLite file, or to a database in memory: opened once, its tables brought up to date, then read and written in sessions.</summary>
/// <remarks>
/// Write-ahead logging: readers never wait for the writer, a killed process loses nothing that was committed, and the
/// file may be copied while it is in use with <see cref="BackupAsync"/>. Every session has a connection of its own from a
/// pool. SQLite's calls block, so sessions run on the thread pool. Safe for several threads and several processes.
/// <para>Owns: its pooled connections, until disposed.</para>
/// </remarks>
public sealed class Database : IDisposable
{
    private const string InMemory = ":memory:";

    private readonly string _connectionString;
    private readonly SqliteConnection? _kept;
    private readonly Lock _turn = new();

    private Database(string path, string connectionString, SqliteConnection? kept = null)
    {
        Path = path;
        _connectionString = connectionString;
        _kept = kept;
    }

    /// <summary>The file; <c>:memory:</c> for a database that is none.</summary>
    public string Path { get; }

    /// <summary>Opens or creates a database and applies the steps it lacks.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="migrations">One set a room that keeps tables here.</param>
    /// <param name="clock">Dates the steps.</param>
    /// <param name="busyTimeout">How long to wait for another writer. Default 5 seconds.</param>
    /// <remarks>
    /// Errors: <see cref="StorageException"/> <c>STO0001</c> cannot be opened, <c>STO0002</c> read-only, <c>STO0003</c> disk
    /// full, <c>STO0004</c> damaged or no database, <c>STO0005</c> locked, <c>STO0006</c> disk failure, <c>STO0010</c>
    /// written by a newer program, <c>STO0011</c> by another build, <c>STO0013</c> a step fails.
    /// </remarks>
    public static Database Open(string path, IReadOnlyList<MigrationSet> migrations, TimeProvider clock, TimeSpan? busyTimeout = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(migrations);
        ArgumentNullException.ThrowIfNull(clock);
        var full = System.IO.Path.GetFullPath(path);
        var wait = busyTimeout ?? TimeSpan.FromSeconds(5);
        var database = new Database(full, new SqliteConnectionStringBuilder
        {
            DataSource = full,
            Mode = SqliteOpenMode.ReadWriteCreate,
            ForeignKeys = true,
            Pooling = true,
            DefaultTimeout = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)),
        }.ToString());
        try
        {
            using var connection = database.Connect();
            using (var command = connection.CreateCommand())
            {
                command.CommandText = "PRAGMA journal_mode = WAL";
                command.ExecuteScalar();
            }

            Migrator.Run(connection, full, migrations, clock);
            return database;
        }
        catch (SqliteException error)
        {
            database.Dispose();
            throw SqliteErrors.Translate("Opening the database", full, error);
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>Opens an empty database that lives in memory until it is disposed.</summary>
    /// <param name="migrations">One set a room that keeps tables here.</param>
    /// <param name="clock">Dates the steps.</param>
    /// <remarks>
    /// It has one connection, so sessions take turns; a session must not wait for another one. Nothing is written to disk.
    /// <para>Errors: <see cref="StorageException"/> <c>STO0013</c> a step fails.</para>
    /// </remarks>
    public static Database OpenInMemory(IReadOnlyList<MigrationSet> migrations, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(migrations);
        ArgumentNullException.ThrowIfNull(clock);
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = InMemory, ForeignKeys = true, Pooling = false }.ToString());
        var database = new Database(InMemory, connection.ConnectionString, connection);
        try
        {
            connection.Open();
            Migrator.Run(connection, InMemory, migrations, clock);
            return database;
        }
        catch (SqliteException error)
        {
            database.Dispose();
            throw SqliteErrors.Translate("Opening the database", InMemory, error);
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>Runs queries that change nothing.</summary>
    /// <remarks>Errors: as <see cref="WriteAsync"/>.</remarks>
    public Task<T> ReadAsync<T>(Func<DatabaseSession, T> query, CancellationToken cancellationToken = default) =>
        Task.Run(() => Run("Reading the database", query, isWriting: false), cancellationToken);

    /// <summary>Runs statements in one transaction: all of them take effect, or none.</summary>
    /// <remarks>Errors: <see cref="StorageException"/> <c>STO0002</c>–<c>STO0006</c> and <c>STO0099</c>; the transaction is undone.</remarks>
    public Task<T> WriteAsync<T>(Func<DatabaseSession, T> statements, CancellationToken cancellationToken = default) =>
        Task.Run(() => Run("Writing the database", statements, isWriting: true), cancellationToken);

    /// <summary>Writes a copy of the database as it is now, while it is in use.</summary>
    /// <param name="path">The copy; must not exist.</param>
    public Task BackupAsync(string path, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Task.Run(
            () =>
            {
                try
                {
                    if (_kept is { } kept)
                    {
                        lock (_turn)
                        {
                            Copy(kept, path);
                        }

                        return;
                    }

                    using var connection = Connect();
                    Copy(connection, path);
                }
                catch (SqliteException error)
                {
                    throw SqliteErrors.Translate("Copying the database", path, error);
                }
            },
            cancellationToken);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (_kept is { } kept)
        {
            lock (_turn)
            {
                kept.Dispose();
            }

            return;
        }

        using var connection = new SqliteConnection(_connectionString);
        SqliteConnection.ClearPool(connection);
    }

    private static void Copy(SqliteConnection connection, string path)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "VACUUM INTO $path";
        command.Parameters.AddWithValue("$path", System.IO.Path.GetFullPath(path));
        command.ExecuteNonQuery();
    }

    private T Run<T>(string operation, Func<DatabaseSession, T> action, bool isWriting)
    {
        try
        {
            if (_kept is { } kept)
            {
                lock (_turn)
                {
                    return Run(kept, action, isWriting);
                }
            }

            using var connection = Connect();
            return Run(connection, action, isWriting);
        }
        catch (SqliteException error)
        {
            throw SqliteErrors.Translate(operation, Path, error);
        }
    }

    private static T Run<T>(SqliteConnection connection, Func<DatabaseSession, T> action, bool isWriting)
    {
        using var transaction = connection.BeginTransaction(deferred: !isWriting);
        var result = action(new DatabaseSession(connection, transaction));
        Commit(connection, transaction);
        return result;
    }

    /// <summary>Commits so that the cause of a failure is what the caller hears.</summary>
    private static void Commit(SqliteConnection connection, SqliteTransaction transaction)
    {
        try
        {
            transaction.Commit();
        }
        catch (SqliteException) when (SQLitePCL.raw.sqlite3_get_autocommit(connection.Handle) != 0)
        {
            // A full disk made SQLite undo the transaction itself. Disposing undoes it once more, and that would fail
            // and hide the cause; an empty transaction gives it something to undo.
            _ = SQLitePCL.raw.sqlite3_exec(connection.Handle, "BEGIN");
            throw;
        }
    }

    private SqliteConnection Connect()
    {
        var connection = new SqliteConnection(_connectionString);
        try
        {
            connection.Open();
            using var command = connection.CreateCommand();
            // NORMAL with WAL: a killed process loses nothing, a power cut at most the last transactions, never the file.
            command.CommandText = "PRAGMA synchronous = NORMAL";
            command.ExecuteNonQuery();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}

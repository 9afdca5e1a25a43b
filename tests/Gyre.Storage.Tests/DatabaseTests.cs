using Microsoft.Data.Sqlite;

namespace Gyre.Storage.Tests;

public sealed class DatabaseTests : IDisposable
{
    private static readonly MigrationSet Notes = new(
        "notes",
        [new MigrationStep(1, "0001_notes", "CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL)")]);

    private readonly string _folder = Directory.CreateTempSubdirectory("gyre-storage-").FullName;

    private string File => Path.Combine(_folder, "test.db");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task What_is_written_is_read_after_opening_again()
    {
        using (var database = Open())
        {
            await database.WriteAsync(session => session.Execute("INSERT INTO notes (text) VALUES (@Text)", new { Text = "one 'quoted'; DROP TABLE notes" }));
        }

        using var again = Open();
        (await again.ReadAsync(session => session.Query<string>("SELECT text FROM notes"))).ShouldBe(["one 'quoted'; DROP TABLE notes"]);
    }

    [Fact]
    public async Task A_database_in_memory_is_kept_between_sessions_and_shared_with_no_other()
    {
        using var database = Database.OpenInMemory([Notes], TimeProvider.System);
        using var other = Database.OpenInMemory([Notes], TimeProvider.System);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => database.WriteAsync(session => session.Execute("INSERT INTO notes (text) VALUES (@Text)", new { Text = $"note {i}" }))));

        (await Count(database)).ShouldBe(8);
        (await Count(other)).ShouldBe(0);
        database.Path.ShouldBe(":memory:");
    }

    [Fact]
    public async Task A_database_in_memory_undoes_a_failing_write_and_can_be_copied_to_a_file()
    {
        using var database = Database.OpenInMemory([Notes], TimeProvider.System);
        await database.WriteAsync(session => session.Execute("INSERT INTO notes (text) VALUES ('kept')"));
        await Should.ThrowAsync<InvalidOperationException>(() => database.WriteAsync<int>(session =>
        {
            session.Execute("INSERT INTO notes (text) VALUES ('lost')");
            throw new InvalidOperationException("The caller fails.");
        }));

        await database.BackupAsync(File);

        using var copy = Open();
        (await copy.ReadAsync(session => session.Query<string>("SELECT text FROM notes"))).ShouldBe(["kept"]);
    }

    [Fact]
    public async Task A_failing_write_changes_nothing()
    {
        using var database = Open();

        await Should.ThrowAsync<InvalidOperationException>(() => database.WriteAsync<int>(session =>
        {
            session.Execute("INSERT INTO notes (text) VALUES ('lost')");
            throw new InvalidOperationException("The caller fails.");
        }));

        (await Count(database)).ShouldBe(0);
    }

    [Fact]
    public async Task Readers_do_not_wait_for_a_writer()
    {
        using var database = Open();
        using var isWriting = new ManualResetEventSlim();
        using var hasRead = new ManualResetEventSlim();
        var writing = database.WriteAsync(session =>
        {
            session.Execute("INSERT INTO notes (text) VALUES ('new')");
            isWriting.Set();
            return hasRead.Wait(TimeSpan.FromSeconds(10));
        });

        isWriting.Wait(TimeSpan.FromSeconds(10)).ShouldBeTrue();
        (await Count(database)).ShouldBe(0);
        hasRead.Set();
        (await writing).ShouldBeTrue();
        (await Count(database)).ShouldBe(1);
    }

    [Fact]
    public async Task A_backup_of_a_database_in_use_is_whole()
    {
        using var database = Open();
        await database.WriteAsync(session => session.Execute("INSERT INTO notes (text) VALUES ('kept')"));
        var copy = Path.Combine(_folder, "copy.db");

        await database.BackupAsync(copy);

        using var opened = Database.Open(copy, [Notes], TimeProvider.System);
        (await Count(opened)).ShouldBe(1);
    }

    [Fact]
    public void A_new_step_is_applied_to_an_old_file_and_only_once()
    {
        Open().Dispose();
        var two = new MigrationSet("notes", [Notes.Steps[0], new MigrationStep(2, "0002_colour", "ALTER TABLE notes ADD COLUMN colour TEXT")]);

        Database.Open(File, [two], TimeProvider.System).Dispose();
        Database.Open(File, [two], TimeProvider.System).Dispose();

        Raw("SELECT COUNT(*) FROM gyre_migrations").ShouldBe(2L);
    }

    [Fact]
    public void Rooms_number_their_steps_apart()
    {
        var other = new MigrationSet("other", [new MigrationStep(1, "0001_other", "CREATE TABLE other (id INTEGER)")]);

        Database.Open(File, [Notes, other], TimeProvider.System).Dispose();

        Raw("SELECT COUNT(*) FROM gyre_migrations WHERE number = 1").ShouldBe(2L);
    }

    [Fact]
    public void A_file_of_a_newer_program_is_refused_and_left_alone()
    {
        var two = new MigrationSet("notes", [Notes.Steps[0], new MigrationStep(2, "0002_colour", "ALTER TABLE notes ADD COLUMN colour TEXT")]);
        Database.Open(File, [two], TimeProvider.System).Dispose();

        var error = Should.Throw<StorageException>(() => Open());

        error.Code.ShouldBe("STO0010");
        error.Message.ShouldContain("step 2");
    }

    [Fact]
    public void A_file_of_another_build_is_refused()
    {
        Open().Dispose();
        var changed = new MigrationSet("notes", [new MigrationStep(1, "0001_notes", "CREATE TABLE notes (id INTEGER PRIMARY KEY)")]);

        Should.Throw<StorageException>(() => Database.Open(File, [changed], TimeProvider.System)).Code.ShouldBe("STO0011");
    }

    [Fact]
    public void A_failing_step_changes_nothing()
    {
        var broken = new MigrationSet("notes", [Notes.Steps[0], new MigrationStep(2, "0002_broken", "CREATE TABLE half (id INTEGER); CREATE NONSENSE;")]);

        Should.Throw<StorageException>(() => Database.Open(File, [broken], TimeProvider.System)).Code.ShouldBe("STO0013");

        Raw("SELECT COUNT(*) FROM sqlite_master WHERE name IN ('notes', 'half', 'gyre_migrations')").ShouldBe(0L);
    }

    [Fact]
    public void Steps_with_a_gap_are_refused() =>
        Should.Throw<StorageException>(() => new MigrationSet("notes", [new MigrationStep(2, "0002_gap", "")])).Code.ShouldBe("STO0012");

    [Fact]
    public async Task Two_openings_at_once_both_succeed()
    {
        var opened = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(Open)));

        foreach (var database in opened)
        {
            database.Dispose();
        }

        Raw("SELECT COUNT(*) FROM gyre_migrations").ShouldBe(1L);
    }

    [Fact]
    public void A_file_that_is_no_database_is_named()
    {
        System.IO.File.WriteAllText(File, new string('x', 4096));

        var error = Should.Throw<StorageException>(() => Open());

        error.Code.ShouldBe("STO0004");
        error.Message.ShouldContain(File);
    }

    [Fact]
    public async Task A_damaged_page_is_an_error_and_not_a_wrong_answer()
    {
        using (var database = Open())
        {
            await database.WriteAsync(session => session.Execute("INSERT INTO notes (text) VALUES (@Text)", Enumerable.Range(0, 200).Select(_ => new { Text = new string('t', 400) })));
        }

        using (var file = System.IO.File.Open(File, FileMode.Open))
        {
            file.Position = 4096;
            file.Write(Enumerable.Repeat((byte)0xFF, (int)file.Length - 4096).ToArray());
        }

        (await Should.ThrowAsync<StorageException>(async () =>
        {
            using var database = Open();
            await database.ReadAsync(session => session.Query<string>("SELECT text FROM notes"));
        })).Code.ShouldBe("STO0004");
    }

    [Fact]
    public void A_missing_folder_is_named() =>
        Should.Throw<StorageException>(() => Database.Open(Path.Combine(_folder, "none", "test.db"), [Notes], TimeProvider.System)).Code.ShouldBe("STO0001");

    [Fact]
    public async Task A_lock_held_by_another_program_is_told_after_the_wait()
    {
        using var database = Database.Open(File, [Notes], TimeProvider.System, TimeSpan.FromSeconds(1));
        using var other = new SqliteConnection($"Data Source={File};Pooling=False");
        other.Open();
        using var transaction = other.BeginTransaction(deferred: false);

        var error = await Should.ThrowAsync<StorageException>(() => database.WriteAsync(session => session.Execute("INSERT INTO notes (text) VALUES ('x')")));

        error.Code.ShouldBe("STO0005");
    }

    [Fact]
    public async Task A_full_disk_is_told_and_what_was_stored_stays()
    {
        using var database = Open();
        await database.WriteAsync(session => session.Execute("INSERT INTO notes (text) VALUES ('kept')"));

        // The page limit is SQLite's own stand-in for a disk without space: it reports SQLITE_FULL.
        var error = await Should.ThrowAsync<StorageException>(() => database.WriteAsync(session =>
        {
            session.Query<long>("PRAGMA max_page_count = 4");
            return session.Execute("INSERT INTO notes (text) VALUES (@Text)", new { Text = new string('x', 100_000) });
        }));

        error.Code.ShouldBe("STO0003");
        (await Count(database)).ShouldBe(1);
    }

    [Fact]
    public async Task A_disk_that_fills_up_at_the_commit_is_told_and_room_made_helps()
    {
        var disk = Directory.CreateDirectory(Path.Combine(_folder, "disk")).FullName;
        if (!Run("mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", disk))
        {
            Assert.Skip("A small file system cannot be mounted here; this needs a superuser.");
        }

        try
        {
            using var database = Database.Open(Path.Combine(disk, "test.db"), [Notes], TimeProvider.System);
            await database.WriteAsync(session => session.Execute("INSERT INTO notes (text) VALUES ('kept')"));
            var ballast = Path.Combine(disk, "ballast");
            await using (var stream = System.IO.File.Create(ballast))
            {
                await Should.ThrowAsync<IOException>(() => stream.WriteAsync(new byte[1_000_000]).AsTask());
            }

            // The write-ahead log has no page left: the insertion itself fits the cache, the commit does not fit the disk.
            var error = await Should.ThrowAsync<StorageException>(() => database.WriteAsync(session =>
                session.Execute("INSERT INTO notes (text) VALUES (@Text)", new { Text = new string('x', 100_000) })));

            error.Code.ShouldBe("STO0003");
            (await Count(database)).ShouldBe(1);
            System.IO.File.Delete(ballast);
            await database.WriteAsync(session => session.Execute("INSERT INTO notes (text) VALUES ('after')"));
            (await Count(database)).ShouldBe(2);
        }
        finally
        {
            Run("umount", disk);
        }
    }

    [Fact]
    public async Task A_database_that_may_not_be_written_is_told()
    {
        using var database = Open();

        // SQLite reports SQLITE_READONLY here as for a read-only file; unlike permissions, it also stops a superuser.
        var error = await Should.ThrowAsync<StorageException>(() => database.WriteAsync(session =>
        {
            session.Execute("PRAGMA query_only = ON");
            return session.Execute("INSERT INTO notes (text) VALUES ('x')");
        }));

        error.Code.ShouldBe("STO0002");
    }

    private Database Open() => Database.Open(File, [Notes], TimeProvider.System);

    private static Task<long> Count(Database database) => database.ReadAsync(session => session.QueryFirst<long>("SELECT COUNT(*) FROM notes"));

    private object? Raw(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={File};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }

    private static bool Run(string program, params string[] arguments)
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardError = true })!; // Started without a shell, so there is a process.
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}

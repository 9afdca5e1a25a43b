using Microsoft.Data.Sqlite;

namespace Gyre.Storage;

/// <summary>Turns SQLite's result codes into errors that say what to do.</summary>
internal static class SqliteErrors
{
    public static StorageException Translate(string operation, string path, SqliteException error)
    {
        var (code, found, next) = error.SqliteErrorCode switch
        {
            SQLitePCL.raw.SQLITE_READONLY or SQLitePCL.raw.SQLITE_PERM => ("STO0002", "it is read-only", "Change the permissions of the file and its folder, or choose another data folder."),
            SQLitePCL.raw.SQLITE_CANTOPEN => ("STO0001", "it cannot be opened or created", "Check that the folder exists and may be written, or choose another data folder."),
            SQLitePCL.raw.SQLITE_FULL => ("STO0003", "the disk is full", "Free some space; nothing that was stored before is lost."),
            SQLitePCL.raw.SQLITE_CORRUPT or SQLitePCL.raw.SQLITE_NOTADB => ("STO0004", "it is damaged or no database", "Move it away to begin a new one, or restore a backup."),
            SQLitePCL.raw.SQLITE_BUSY or SQLitePCL.raw.SQLITE_LOCKED => ("STO0005", "another program holds its lock", "Close the other program, or try again in a moment."),
            SQLitePCL.raw.SQLITE_IOERR => ("STO0006", "the disk failed to read or write", "Check the disk and its free space."),
            _ => ("STO0099", $"SQLite reports error {error.SqliteErrorCode} ({error.SqliteExtendedErrorCode})", "Report it with this message."),
        };
        return new StorageException(code, $"{operation} failed: '{path}': {found} ({error.Message}). {next}", error);
    }
}

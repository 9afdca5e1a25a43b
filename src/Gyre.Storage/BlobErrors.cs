namespace Gyre.Storage;

/// <summary>Turns failures of files into errors that say what to do.</summary>
internal static class BlobErrors
{
    /// <summary>ENOSPC (28) and EDQUOT (122 on Linux, 69 on macOS), ERROR_DISK_FULL and ERROR_HANDLE_DISK_FULL on Windows.</summary>
    private static readonly int[] Full = [28, 122, 69, unchecked((int)0x80070070), unchecked((int)0x80070027)];

    public static StorageException Translate(string operation, string path, Exception error) => Full.Contains(error.HResult)
        ? new StorageException("STO0003", $"{operation} failed: '{path}': the disk is full ({error.Message}). Free some space; nothing that was stored before is lost.", error)
        : new StorageException("STO0020", $"{operation} failed: '{path}': {error.Message} Check that the folder exists and may be read and written, or choose another data folder.", error);

    public static StorageException Damaged(string path, string digest, string found) => new(
        "STO0022",
        $"Reading a blob failed: '{path}': {found}; expected the bytes of {digest}. The file was changed or damaged after it was written: restore it from a backup, or add its content again.");
}

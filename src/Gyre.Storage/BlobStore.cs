using System.Globalization;

namespace Gyre.Storage;

/// <summary>A folder of immutable files, each under the SHA-256 of its bytes: <c>ab/cdef…</c>.</summary>
/// <remarks>
/// A blob appears whole or not at all, whenever a writer is killed; equal bytes are kept once. Safe for several threads and
/// several processes. Nothing is made on the disk before the first blob is written.
/// <para>Errors: <see cref="StorageException"/> <c>STO0003</c> disk full, <c>STO0020</c> the folder cannot be used.</para>
/// </remarks>
/// <param name="folder">The folder of the store, for example <c>blobs</c> in the data folder.</param>
public sealed class BlobStore(string folder)
{
    private const int DigestDigits = 64;
    private const int PrefixDigits = 2;
    private const int BufferBytes = 1 << 16;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestSweep = TimeSpan.FromSeconds(30);

    /// <summary>The folder.</summary>
    public string Folder { get; } = Path.GetFullPath(folder);

    private string Unfinished => Path.Combine(Folder, "unfinished");

    private string Lock => Path.Combine(Folder, "lock");

    /// <summary>Begins a blob.</summary>
    /// <remarks>Errors: as the type's, and <c>STO0023</c> when a sweep lasts longer than 30 seconds.</remarks>
    public async Task<BlobWriter> CreateAsync(CancellationToken cancellationToken = default)
    {
        var lease = await HoldAsync(cancellationToken);
        try
        {
            MakeFolder(Unfinished);
            return new BlobWriter(this, lease, OpenUnfinished(FileAccess.Write, FileOptions.None));
        }
        catch (Exception error)
        {
            lease.Dispose();
            throw error is IOException or UnauthorizedAccessException ? BlobErrors.Translate("Writing a blob", Folder, error) : error;
        }
    }

    /// <summary>Keeps the bytes of a stream.</summary>
    /// <remarks>Errors: as <see cref="CreateAsync"/>.</remarks>
    public async Task<Blob> AddAsync(Stream content, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        await using var writer = await CreateAsync(cancellationToken);
        await content.CopyToAsync(writer, BufferBytes, cancellationToken);
        return writer.Complete();
    }

    /// <summary>The blob of a digest, or null when it is not here.</summary>
    public Blob? Find(string digest)
    {
        RequireDigest(digest);
        var file = new FileInfo(PathOf(digest));
        return file.Exists ? new Blob(digest, file.Length) : null;
    }

    /// <summary>Reads a blob; the read that finds the end fails when the bytes were not those of the digest.</summary>
    /// <remarks>
    /// Owns: the caller disposes the stream. Who stops before the end has read unchecked bytes.
    /// <para>Errors: <see cref="StorageException"/> <c>STO0021</c> no such blob, <c>STO0022</c> damaged.</para>
    /// </remarks>
    public Stream OpenRead(string digest) => new BlobReader(Open(digest, FileOptions.SequentialScan), digest);

    /// <summary>Reads a blob from any place, unchecked: for callers that hold digests of its parts.</summary>
    /// <remarks>Owns: the caller disposes the stream. Errors: <see cref="StorageException"/> <c>STO0021</c> no such blob.</remarks>
    public Stream OpenUnchecked(string digest) => Open(digest, FileOptions.RandomAccess);

    /// <summary>Every blob, in no particular order.</summary>
    public IEnumerable<Blob> List()
    {
        if (!Directory.Exists(Folder))
        {
            yield break;
        }

        foreach (var prefix in Directory.EnumerateDirectories(Folder).Where(path => IsHexadecimal(Path.GetFileName(path), PrefixDigits)))
        {
            foreach (var file in new DirectoryInfo(prefix).EnumerateFiles().Where(file => IsHexadecimal(file.Name, DigestDigits - PrefixDigits)))
            {
                yield return new Blob(Path.GetFileName(prefix) + file.Name, file.Length);
            }
        }
    }

    /// <summary>Keeps sweeps away until the lease is disposed, in every process.</summary>
    /// <remarks>Hold one from before a blob is written until its use is recorded. Errors: <c>STO0023</c> when a sweep lasts longer than 30 seconds.</remarks>
    public async Task<BlobLease> HoldAsync(CancellationToken cancellationToken = default)
    {
        for (var waited = TimeSpan.Zero; ; waited += Pause)
        {
            if (TryLock(FileAccess.Read, FileShare.Read) is { } held)
            {
                return new BlobLease(held);
            }

            if (waited >= LongestSweep)
            {
                throw new StorageException("STO0023", $"Writing a blob failed: '{Folder}' is being swept for longer than {LongestSweep.TotalSeconds:0} seconds; expected sweeps to be short. Try again once the other command is done.");
            }

            await Task.Delay(Pause, cancellationToken);
        }
    }

    /// <summary>A file for intermediate results, gone when it is closed; a killed process leaves it to the next sweep.</summary>
    /// <param name="lease">Held by the caller for as long as the file is used.</param>
    /// <remarks>Owns: the caller disposes the stream. Errors: as the type's.</remarks>
    public FileStream OpenScratch(BlobLease lease)
    {
        ArgumentNullException.ThrowIfNull(lease);
        try
        {
            MakeFolder(Unfinished);
            return OpenUnfinished(FileAccess.ReadWrite, FileOptions.DeleteOnClose);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw BlobErrors.Translate("Writing a scratch file", Folder, error);
        }
    }

    /// <summary>Removes the blobs that nobody uses, and what killed writers left.</summary>
    /// <param name="readUsed">Tells the digests in use; asked once, when no writer is active any more.</param>
    /// <param name="cancellationToken">Ends the pass; what it removed stays removed.</param>
    /// <remarks>Errors: as the type's, and <c>STO0023</c> when blobs are being written: nothing is removed then.</remarks>
    public async Task<BlobSweep> SweepAsync(Func<CancellationToken, Task<IReadOnlySet<string>>> readUsed, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(readUsed);
        await using var held = TryLock(FileAccess.ReadWrite, FileShare.None)
            ?? throw new StorageException("STO0023", $"Sweeping blobs failed: '{Folder}' is being written to or swept by another command; expected it to be at rest. Try again in a moment.");
        var used = await readUsed(cancellationToken);
        try
        {
            var (kept, removed, unfinished, freed) = (0, 0, 0, 0L);
            foreach (var blob in List().ToArray())
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (used.Contains(blob.Digest))
                {
                    kept++;
                    continue;
                }

                File.Delete(PathOf(blob.Digest));
                removed++;
                freed += blob.LengthBytes;
            }

            foreach (var file in Directory.Exists(Unfinished) ? new DirectoryInfo(Unfinished).GetFiles() : [])
            {
                freed += file.Length;
                file.Delete();
                unfinished++;
            }

            return new BlobSweep(kept, removed, unfinished, freed);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw BlobErrors.Translate("Sweeping blobs", Folder, error);
        }
    }

    /// <summary>Gives a whole file its name. One of that name has the same bytes, or is damaged and mended so.</summary>
    internal void Adopt(string path, Blob blob)
    {
        var target = PathOf(blob.Digest);
        MakeFolder(Path.GetDirectoryName(target)!); // The store's folder is above it.
        try
        {
            File.Move(path, target, overwrite: true);
        }
        catch (IOException) when (OperatingSystem.IsWindows() && Find(blob.Digest)?.LengthBytes == blob.LengthBytes)
        {
            // Windows does not replace a file that is being read; it is the same blob.
            File.Delete(path);
        }
    }

    private FileStream Open(string digest, FileOptions options)
    {
        RequireDigest(digest);
        var path = PathOf(digest);
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, BufferBytes, options);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new StorageException("STO0021", $"Reading a blob failed: '{path}' does not exist; expected the bytes of {digest}. Restore the folder '{Folder}' together with its database, or add the content again.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw BlobErrors.Translate("Reading a blob", path, error);
        }
    }

    /// <summary>A file that no other writer has; the process and a number tell them apart, and the file system decides.</summary>
    private FileStream OpenUnfinished(FileAccess access, FileOptions options)
    {
        for (var number = 0; ; number++)
        {
            var path = Path.Combine(Unfinished, string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId}-{number}"));
            try
            {
                return new FileStream(path, FileMode.CreateNew, access, FileShare.None, BufferBytes, options);
            }
            catch (IOException error) when (error.HResult is 17 or unchecked((int)0x80070050))
            {
                // EEXIST, ERROR_FILE_EXISTS: by another writer of this process, or by one of this number that died.
            }
        }
    }

    private FileStream? TryLock(FileAccess access, FileShare share)
    {
        try
        {
            MakeFolder(Folder);
            return new FileStream(Lock, FileMode.OpenOrCreate, access, share);
        }
        catch (IOException error) when (error.HResult is 11 or 35 or unchecked((int)0x80070020))
        {
            // EWOULDBLOCK on Linux and macOS, ERROR_SHARING_VIOLATION on Windows.
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw BlobErrors.Translate("Locking blobs", Folder, error);
        }
    }

    private string PathOf(string digest) => Path.Combine(Folder, digest[..PrefixDigits], digest[PrefixDigits..]);

    private static void RequireDigest(string digest)
    {
        ArgumentNullException.ThrowIfNull(digest);
        if (!IsHexadecimal(digest, DigestDigits))
        {
            throw new ArgumentException($"A blob is named by {DigestDigits} lowercase hexadecimal digits; found '{digest}'.", nameof(digest));
        }
    }

    private static bool IsHexadecimal(string text, int length) => text.Length == length && text.All(char.IsAsciiHexDigitLower);

    /// <summary>Its owner's alone: what people wrote lies in it.</summary>
    private static void MakeFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}

using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gyre.Models.Weights;

namespace Gyre.Models.Catalog;

/// <summary>The SHA-256 of a model's weights, kept beside them so that it is computed once.</summary>
public static class ModelDigest
{
    private const string FileName = ".gyre-digest.json";
    private const int ChunkBytes = 1 << 20;

    /// <summary>Weights smaller than this are hashed in milliseconds: not worth a file in the user's folder.</summary>
    private const long MinKeptBytes = 16 << 20;

    /// <summary>The digest of the weight files, lowercase hexadecimal.</summary>
    /// <remarks>
    /// <para>One file: its SHA-256. Several: the SHA-256 of their lines <c>digest, two spaces, name, newline</c> in order of
    /// name, which is what <c>sha256sum</c> prints.</para>
    /// <para>Cost: reads every byte the first time; for weights of 16 MiB or more, later calls compare size and time of
    /// change with <c>.gyre-digest.json</c> beside them. A folder marked read-only is left alone and read every time.</para>
    /// <para>Errors: RUN0001 when a file cannot be read.</para>
    /// </remarks>
    public static Task<string> ComputeAsync(ModelFolder model, CancellationToken cancellationToken = default) =>
        ComputeAsync(model, MinKeptBytes, cancellationToken);

    /// <summary>As the public form, with the size from which digests are kept.</summary>
    internal static async Task<string> ComputeAsync(ModelFolder model, long minKeptBytes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(model);
        var folder = Path.GetDirectoryName(Path.GetFullPath(model.WeightFiles[0])) ?? ".";
        var cachePath = Path.Combine(folder, FileName);
        var known = ReadCache(cachePath);
        var changed = false;
        var lines = new StringBuilder();
        var digest = "";
        foreach (var file in model.WeightFiles)
        {
            var name = Path.GetFileName(file);
            var (length, ticks) = Stamp(file);
            if (!known.TryGetValue(name, out var entry) || entry is null || entry.LengthBytes != length || entry.ChangedTicks != ticks || entry.Sha256 is not { Length: 64 })
            {
                entry = new Entry(length, ticks, await HashAsync(file, cancellationToken));
                known[name] = entry;
                changed = true;
            }

            digest = entry.Sha256;
            lines.Append(digest).Append("  ").Append(name).Append('\n');
        }

        if (changed && model.WeightBytes >= minKeptBytes && IsWritable(folder))
        {
            TryWriteCache(cachePath, known);
        }

        return model.WeightFiles.Count == 1 ? digest : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(lines.ToString())));
    }

    /// <summary>The SHA-256 of one file, lowercase hexadecimal.</summary>
    internal static async Task<string> HashAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, ChunkBytes, FileOptions.Asynchronous | FileOptions.SequentialScan);
            return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw WeightErrors.CannotOpen(path, e);
        }
    }

    private static (long LengthBytes, long ChangedTicks) Stamp(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? (file.Length, file.LastWriteTimeUtc.Ticks) : throw WeightErrors.CannotOpen(path, new FileNotFoundException());
    }

    private static Dictionary<string, Entry?> ReadCache(string path)
    {
        try
        {
            if (File.Exists(path) && JsonSerializer.Deserialize<Dictionary<string, Entry?>>(File.ReadAllBytes(path)) is { } known)
            {
                return new Dictionary<string, Entry?>(known, StringComparer.Ordinal);
            }
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            // A cache that cannot be read is a cache miss: the digest is computed again.
        }

        return new Dictionary<string, Entry?>(StringComparer.Ordinal);
    }

    /// <summary>False for a folder that its owner has marked read-only, which root could write all the same.</summary>
    private static bool IsWritable(string folder) =>
        OperatingSystem.IsWindows()
        || (File.GetUnixFileMode(folder) & (UnixFileMode.UserWrite | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) != UnixFileMode.None;

    private static void TryWriteCache(string path, Dictionary<string, Entry?> known)
    {
        try
        {
            var bytes = JsonSerializer.SerializeToUtf8Bytes(known);
            AtomicFile.Write(path, bytes.Length, stream => stream.Write(bytes));
        }
        catch (ModelException)
        {
            // A folder that cannot be written holds no cache; the digest itself is right.
        }
    }

    private sealed record Entry(long LengthBytes, long ChangedTicks, string Sha256);
}

using System.Security.Cryptography;
using Gyre.Models.Weights;

namespace Gyre.Models.Catalog;

/// <summary>Copies a model from a path into the catalogue.</summary>
internal static class LocalCopy
{
    private const int ChunkBytes = 1 << 20;

    /// <summary>Copies weights, configuration and tokenizer; every file appears whole or not at all.</summary>
    public static void Run(ModelFolder model, PullRequest request, PullTarget target, IProgress<PullProgress>? progress, CancellationToken cancellationToken)
    {
        if (request.ExpectedSha256 is not null && model.WeightFiles.Count != 1)
        {
            throw CatalogErrors.BadReference(request.Reference, "a digest was given for a model of several weight files");
        }

        var sourceFolder = Path.GetDirectoryName(Path.GetFullPath(model.WeightFiles[0])) ?? ".";
        var files = model.WeightFiles.ToList();
        if (Directory.Exists(model.Path) || model.Format == ModelFormat.Safetensors)
        {
            files.AddRange(HubFileChoice.SideFiles.Select(side => Path.Combine(sourceFolder, side)).Where(File.Exists));
            if (Directory.Exists(model.Path))
            {
                files.AddRange(Directory.GetFiles(sourceFolder, "*.safetensors.index.json"));
            }
        }

        target.Create();
        for (var i = 0; i < files.Count; i++)
        {
            var name = Path.GetFileName(files[i]);
            var expected = i == 0 ? request.ExpectedSha256?.ToLowerInvariant() : null;
            void Report(long bytes, long total) => progress?.Report(new PullProgress(name, i + 1, files.Count, bytes, total, null));

            var entry = Copy(files[i], Path.Combine(target.Folder, name), expected, Report, cancellationToken);
            target.Add(name, entry, wasPresent: false);
        }
    }

    private static SourceRecord.Entry Copy(string source, string destination, string? expected, Action<long, long> report, CancellationToken cancellationToken)
    {
        using var input = Open(source);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var digest = "";
        try
        {
            AtomicFile.Write(destination, input.Length, output =>
            {
                var buffer = new byte[ChunkBytes];
                var done = 0L;
                while (input.Read(buffer) is var read and > 0)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    output.Write(buffer, 0, read);
                    hash.AppendData(buffer, 0, read);
                    done += read;
                    report(done, input.Length);
                }

                digest = Convert.ToHexStringLower(hash.GetHashAndReset());
                if (expected is not null && digest != expected)
                {
                    throw CatalogErrors.Mismatch(source, "SHA-256 " + digest, "SHA-256 " + expected);
                }
            });
        }
        catch (ModelException e) when (e.Code == "RUN0007" && e.InnerException is { } cause)
        {
            throw CatalogErrors.CannotStore(destination, cause.Message, cause);
        }

        return new SourceRecord.Entry(input.Length, digest, expected is not null, null);
    }

    private static FileStream Open(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, ChunkBytes, FileOptions.SequentialScan);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw WeightErrors.CannotOpen(path, e);
        }
    }
}

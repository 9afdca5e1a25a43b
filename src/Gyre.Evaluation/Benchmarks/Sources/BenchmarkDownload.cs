using System.Security.Cryptography;
using Gyre.Evaluation.Benchmarks.Definitions;

namespace Gyre.Evaluation.Benchmarks.Sources;

/// <summary>Fetches a benchmark's files from where its definition says; used only when someone allowed it.</summary>
/// <param name="client">Fetches them; its time limit holds for each file.</param>
public sealed class BenchmarkDownload(HttpClient client)
{
    /// <summary>The most bytes of a file; 512 MiB by default.</summary>
    public long MostBytes { get; init; } = 512L << 20;

    /// <summary>Fetches the file of a split when the folder does not have it.</summary>
    internal async Task FetchMissingAsync(BenchmarkDefinition definition, string folder, string split, CancellationToken cancellationToken)
    {
        var rules = definition.Splits[split];
        if (BenchmarkFolder.Find(folder, rules).Count > 0)
        {
            return;
        }

        if (!Uri.TryCreate(rules.Url, UriKind.Absolute, out var address) || address.Scheme != Uri.UriSchemeHttps || rules.Files.Contains('*', StringComparison.Ordinal))
        {
            throw new EvaluationException("EVA0063", $"Fetching a benchmark's data failed: '{definition.Name}' names no https address of one file for its split '{split}'. Get the data from {definition.Home} and name their folder.");
        }

        // A packed file keeps its ending, by which it is read.
        var name = address.AbsolutePath.EndsWith(".gz", StringComparison.Ordinal) && !rules.Files.EndsWith(".gz", StringComparison.Ordinal) ? rules.Files + ".gz" : rules.Files;
        await FetchAsync(address, Path.Combine(folder, name), rules.Digest, cancellationToken);
    }

    private async Task FetchAsync(Uri address, string path, string digest, CancellationToken cancellationToken)
    {
        var part = path + ".part";
        var isWhole = false;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!); // A file in a folder has one.
            using var response = await client.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (!response.IsSuccessStatusCode)
            {
                throw Failed(address, $"the server answered {(int)response.StatusCode}", null);
            }

            await using (var from = await response.Content.ReadAsStreamAsync(cancellationToken))
            await using (var to = File.Create(part))
            {
                var found = await CopyAsync(from, to, address, cancellationToken);
                if (digest.Length > 0 && found != digest)
                {
                    throw Failed(address, $"the file's SHA-256 is {found}; expected {digest}", null);
                }
            }

            File.Move(part, path, overwrite: true);
            isWhole = true;
        }
        catch (Exception error) when (error is HttpRequestException or IOException or UnauthorizedAccessException)
        {
            throw Failed(address, error.Message, error);
        }
        finally
        {
            if (!isWhole && File.Exists(part))
            {
                File.Delete(part);
            }
        }
    }

    /// <summary>Copies within the bound and gives the SHA-256.</summary>
    private async Task<string> CopyAsync(Stream from, Stream to, Uri address, CancellationToken cancellationToken)
    {
        var buffer = new byte[1 << 16];
        var total = 0L;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        int count;
        while ((count = await from.ReadAsync(buffer, cancellationToken)) > 0)
        {
            total += count;
            if (total > MostBytes)
            {
                throw Failed(address, $"the file has more than {MostBytes} bytes", null);
            }

            hash.AppendData(buffer, 0, count);
            await to.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static EvaluationException Failed(Uri address, string found, Exception? error) =>
        new("EVA0068", $"Fetching a benchmark's data failed: {found}. Address: {address}. Check the connection, or get the data by other means and name their folder.", error);
}

using System.Buffers;
using System.Net;
using System.Text;
using System.Text.Json;

namespace Gyre.Models.Catalog;

/// <summary>The files of a model as its hub lists them.</summary>
internal sealed record HubListing(string? Commit, IReadOnlyList<FileExpectation> Files)
{
    private const int MaxListingBytes = 32 << 20;
    private const int MaxFiles = 50_000;

    /// <summary>Asks the hub; null when it has no listing of this model (or no listings at all).</summary>
    public static async Task<HubListing?> FetchAsync(HubConnection connection, HubReference reference, Action<string> notify, CancellationToken cancellationToken)
    {
        var root = connection.Options.Endpoint.AbsoluteUri.TrimEnd('/') + "/api/models/" + reference.HubId;
        Uri[] addresses = reference.Revision == "main"
            ? [new Uri(root + "/revision/main?blobs=true"), new Uri(root + "?blobs=true")]
            : [new Uri($"{root}/revision/{Uri.EscapeDataString(reference.Revision ?? "main")}?blobs=true")];
        foreach (var address in addresses)
        {
            if (await ReadBodyAsync(connection, address, MaxListingBytes, notify, cancellationToken) is { } body)
            {
                return Parse(reference.Source, address.GetLeftPart(UriPartial.Path), body);
            }
        }

        return null;
    }

    /// <summary>The whole body of a small answer; null for 404.</summary>
    public static async Task<byte[]?> ReadBodyAsync(HubConnection connection, Uri address, int maxBytes, Action<string> notify, CancellationToken cancellationToken)
    {
        var budget = new RetryBudget(connection.Options, connection.Time);
        while (true)
        {
            try
            {
                using var answer = await connection.GetAsync(address, 0, cancellationToken);
                if (answer.Status == HttpStatusCode.NotFound)
                {
                    return null;
                }

                await using var body = await answer.Content.ReadAsStreamAsync(cancellationToken);
                var bytes = new ArrayBufferWriter<byte>();
                while (await connection.ReadAsync(body, bytes.GetMemory(1 << 15), cancellationToken) is var read and > 0)
                {
                    bytes.Advance(read);
                    if (bytes.WrittenCount > maxBytes)
                    {
                        throw CatalogErrors.BadAnswer(address.GetLeftPart(UriPartial.Path), $"more than {maxBytes} bytes", "a short answer");
                    }
                }

                return bytes.WrittenSpan.ToArray();
            }
            catch (TransientFailure failure)
            {
                await budget.SpendAsync(failure, address.GetLeftPart(UriPartial.Path), notify, cancellationToken);
            }
        }
    }

    /// <summary>The digests of a <c>SHA256SUMS</c> file by name; lines of another form are an error.</summary>
    public static Dictionary<string, string> ParseSums(string source, byte[] body)
    {
        var sums = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in Encoding.UTF8.GetString(body).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var split = line.IndexOf(' ', StringComparison.Ordinal);
            var name = split < 0 ? "" : line[split..].TrimStart(' ', '*');
            name = name.StartsWith("./", StringComparison.Ordinal) ? name[2..] : name;
            if (split != 64 || !HubAnswer.IsHex(line[..split], 64) || name.Length == 0)
            {
                throw CatalogErrors.BadAnswer(source + "/SHA256SUMS", "a line of another form", "64 hexadecimal digits, spaces and a file name");
            }

            sums[name] = line[..split].ToLowerInvariant();
        }

        return sums;
    }

    private static HubListing Parse(string source, string address, byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 64 });
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("siblings", out var siblings) || siblings.ValueKind != JsonValueKind.Array)
            {
                throw CatalogErrors.BadAnswer(address, "no list of siblings", "the hub's description of a model");
            }

            if (siblings.GetArrayLength() > MaxFiles)
            {
                throw CatalogErrors.BadAnswer(address, $"{siblings.GetArrayLength()} files", $"at most {MaxFiles}");
            }

            var files = siblings.EnumerateArray().Select(sibling => ParseFile(source, address, sibling)).ToArray();
            return new HubListing(root.TryGetProperty("sha", out var sha) && sha.ValueKind == JsonValueKind.String ? sha.GetString() : null, files);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw CatalogErrors.BadAnswer(address, "an answer that is not valid JSON", "the hub's description of a model", e);
        }
    }

    private static FileExpectation ParseFile(string source, string address, JsonElement sibling)
    {
        if (sibling.ValueKind != JsonValueKind.Object || !sibling.TryGetProperty("rfilename", out var named) || named.GetString() is not { Length: > 0 } name)
        {
            throw CatalogErrors.BadAnswer(address, "a file without rfilename", "a name for every file");
        }

        if (!IsSafe(name))
        {
            throw CatalogErrors.UnsafeName(source, name);
        }

        long? length = sibling.TryGetProperty("size", out var size) && size.ValueKind == JsonValueKind.Number && size.TryGetInt64(out var bytes) && bytes >= 0 ? bytes : null;
        string? sha256 = null;
        if (sibling.TryGetProperty("lfs", out var lfs) && lfs.ValueKind == JsonValueKind.Object && lfs.TryGetProperty("sha256", out var digest)
            && digest.ValueKind == JsonValueKind.String && HubAnswer.IsHex(digest.GetString(), 64))
        {
            sha256 = digest.GetString()?.ToLowerInvariant();
        }

        return new FileExpectation(name, length, sha256);
    }

    /// <summary>True for a relative path that stays below its folder on every system.</summary>
    private static bool IsSafe(string name) =>
        !name.StartsWith('/') && name.AsSpan().IndexOfAny("\\:\0") < 0 && !name.AsSpan().ContainsAnyInRange('\0', '\u001F')
        && Array.TrueForAll(name.Split('/'), part => part.Length > 0 && part is not ("." or ".."));
}

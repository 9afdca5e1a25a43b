namespace Gyre.Models.Catalog;

/// <summary>What a user's reference to something fetchable means.</summary>
internal sealed record HubReference
{
    private const string DefaultRevision = "main";
    private const int MaxRevisionChars = 128;

    /// <summary>A canonical text of the source, kept beside the files.</summary>
    public required string Source { get; init; }

    /// <summary>The name to keep it under when the user gives none.</summary>
    public required string DefaultName { get; init; }

    /// <summary>The hub id, for the hub's listing; null for other URLs.</summary>
    public string? HubId { get; init; }

    /// <summary>The revision; null for other URLs and paths.</summary>
    public string? Revision { get; init; }

    /// <summary>The folder that file names are appended to; null for paths.</summary>
    public Uri? BaseUri { get; init; }

    /// <summary>The single weight file that the URL names.</summary>
    public string? FileName { get; init; }

    /// <summary>The path; null for what comes over the network.</summary>
    public string? LocalPath { get; init; }

    /// <summary>Reads a reference; RUN0040 when it is none.</summary>
    public static HubReference Parse(string reference, Uri endpoint)
    {
        if (reference.Length == 0)
        {
            throw CatalogErrors.BadReference(reference, "it is empty");
        }

        if (Directory.Exists(reference) || File.Exists(reference))
        {
            return OfPath(Path.GetFullPath(reference));
        }

        if (reference.Contains("://", StringComparison.Ordinal))
        {
            return Uri.TryCreate(reference, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
                ? OfUri(reference, uri, endpoint)
                : throw CatalogErrors.BadReference(reference, "it is not an http or https address");
        }

        if (reference[0] is '.' or '/' or '~' || reference.Contains('\\', StringComparison.Ordinal) || Path.IsPathRooted(reference))
        {
            throw CatalogErrors.BadReference(reference, "there is no such path");
        }

        var at = reference.IndexOf('@', StringComparison.Ordinal);
        return at < 0
            ? OfHub(reference, reference, DefaultRevision, endpoint)
            : OfHub(reference, reference[..at], reference[(at + 1)..], endpoint);
    }

    private static HubReference OfPath(string path)
    {
        var name = File.Exists(path) ? Path.GetFileNameWithoutExtension(path) : Path.GetFileName(Path.TrimEndingDirectorySeparator(path));
        return new HubReference { Source = path, DefaultName = name, LocalPath = path };
    }

    private static HubReference OfHub(string reference, string id, string revision, Uri endpoint)
    {
        var parts = id.Split('/');
        if (parts.Length > 2 || !Array.TrueForAll(parts, ModelName.IsValid))
        {
            throw CatalogErrors.BadReference(reference, "it is neither an existing path nor a hub id");
        }

        if (revision.Length is 0 or > MaxRevisionChars || revision.Contains("..", StringComparison.Ordinal)
            || revision.AsSpan().ContainsAnyExcept("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-/+"))
        {
            throw CatalogErrors.BadReference(reference, "its revision is not the name of a branch, tag or commit");
        }

        return new HubReference
        {
            Source = id,
            DefaultName = parts[^1],
            HubId = id,
            Revision = revision,
            BaseUri = Append(endpoint, $"{id}/resolve/{Uri.EscapeDataString(revision)}/"),
        };
    }

    private static HubReference OfUri(string reference, Uri uri, Uri endpoint)
    {
        var segments = uri.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Uri.UnescapeDataString).ToArray();
        if (uri.UserInfo.Length > 0)
        {
            throw CatalogErrors.BadReference("the URL", "it holds a user name or password, which would be stored with the model");
        }

        var isHub = uri.GetLeftPart(UriPartial.Authority) == endpoint.GetLeftPart(UriPartial.Authority) && endpoint.AbsolutePath == "/";
        if (isHub && segments.Length is 1 or 2 && !IsWeightFile(segments[^1]))
        {
            return OfHub(reference, string.Join('/', segments), DefaultRevision, endpoint);
        }

        if (isHub && segments.Length >= 4 && segments[2] is "tree" or "resolve" or "blob")
        {
            var hub = OfHub(reference, segments[0] + "/" + segments[1], segments[3], endpoint);
            return segments.Length switch
            {
                4 => hub,
                5 when IsWeightFile(segments[4]) => hub with { FileName = segments[4] },
                _ => throw CatalogErrors.BadReference(reference, "it names a file that is not .gguf or .safetensors in the model's top folder"),
            };
        }

        var last = segments.Length == 0 ? "" : segments[^1];
        if (IsWeightFile(last))
        {
            // The query (often a signature) belongs to the request, never to what is kept.
            return new HubReference { Source = uri.GetLeftPart(UriPartial.Path), DefaultName = Path.GetFileNameWithoutExtension(last), BaseUri = uri, FileName = last };
        }

        return uri.AbsolutePath.EndsWith('/') && last.Length > 0
            ? new HubReference { Source = uri.GetLeftPart(UriPartial.Path), DefaultName = last, BaseUri = new Uri(uri.GetLeftPart(UriPartial.Path)) }
            : throw CatalogErrors.BadReference(reference, "the address names neither a weight file nor a folder that ends in '/'");
    }

    /// <summary>The address of a file.</summary>
    public Uri UriOf(string fileName) =>
        HubId is null && fileName == FileName
            ? BaseUri!
            : new Uri(BaseUri!, Uri.EscapeDataString(fileName)); // Only references over the network are asked, and those have a base.

    private static Uri Append(Uri endpoint, string path) => new(endpoint.AbsoluteUri.TrimEnd('/') + "/" + path);

    private static bool IsWeightFile(string name) =>
        name.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".safetensors", StringComparison.Ordinal);
}

using System.Net;

namespace Gyre.Models.Catalog;

/// <summary>A server's answer, with what the hub said about the file on the way to it.</summary>
/// <remarks>Owns: the response.</remarks>
internal sealed class HubAnswer(HttpResponseMessage response, string? linkedEtag, long? linkedSize, string? commit) : IDisposable
{
    /// <summary>The status of the last answer.</summary>
    public HttpStatusCode Status => response.StatusCode;

    /// <summary>The body.</summary>
    public HttpContent Content => response.Content;

    /// <summary>The commit that the revision stands for.</summary>
    public string? Commit => commit;

    /// <summary>The SHA-256 that the hub gives for a large file.</summary>
    public string? LinkedSha256 => linkedEtag is { } tag && IsHex(tag, 64) ? tag.ToLowerInvariant() : null;

    /// <summary>The git blob id that the hub gives for a small file; other servers' tags mean other things.</summary>
    public string? GitBlobId => commit is not null && (linkedEtag ?? StrongEtag) is { } tag && IsHex(tag, 40) ? tag.ToLowerInvariant() : null;

    /// <summary>What stays equal as long as the content does: resuming depends on it. Null when the server gives nothing.</summary>
    public string? Validator => linkedEtag ?? StrongEtag ?? response.Content.Headers.LastModified?.ToString("R");

    /// <summary>The whole file's length, when the server tells.</summary>
    public long? TotalBytes => Status == HttpStatusCode.OK
        ? response.Content.Headers.ContentLength ?? linkedSize
        : response.Content.Headers.ContentRange?.Length ?? linkedSize;

    /// <summary>Where the body of a partial answer begins.</summary>
    public long? RangeFrom => response.Content.Headers.ContentRange?.From;

    private string? StrongEtag => response.Headers.ETag is { IsWeak: false } etag ? etag.Tag.Trim('"') : null;

    /// <inheritdoc />
    public void Dispose() => response.Dispose();

    /// <summary>True for so many hexadecimal digits.</summary>
    public static bool IsHex(string? text, int length) => text?.Length == length && text.All(char.IsAsciiHexDigit);
}

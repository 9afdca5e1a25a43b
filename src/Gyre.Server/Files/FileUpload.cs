using Gyre.Server.Http;
using Gyre.Server.Parameters;
using Gyre.Server.Wire;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Gyre.Server.Files;

/// <summary>Reads a form with a file, which goes to the disk as it comes, within limits of size, number and length of parts.</summary>
internal sealed class FileUpload(FileStore files, Hosting.GyreHostOptions options)
{
    private const int MostBoundary = 128;
    private const int MostParts = 16;
    private const int MostHeaders = 16;
    private const int MostHeaderBytes = 8 * 1024;
    private const int MostFieldBytes = 1024;
    private const int FormBytes = 64 * 1024;
    private const int BufferBytes = 64 * 1024;

    /// <summary>Keeps the file of a request.</summary>
    public async Task<FileCard> ReceiveAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var boundary = BoundaryOf(context.Request);
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = options.MaxFileBytes + FormBytes;
        }

        var path = files.NewIncoming();
        try
        {
            var (name, purpose) = await ReadAsync(context, boundary, path, cancellationToken);
            return await files.AddAsync(path, name, purpose, cancellationToken);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private async Task<(string Name, string Purpose)> ReadAsync(HttpContext context, string boundary, string path, CancellationToken cancellationToken)
    {
        var (name, purpose) = ((string?)null, (string?)null);
        var reader = new MultipartReader(boundary, context.Request.Body) { HeadersCountLimit = MostHeaders, HeadersLengthLimit = MostHeaderBytes };
        try
        {
            for (var parts = 0; await reader.ReadNextSectionAsync(cancellationToken) is { } section; parts++)
            {
                if (parts == MostParts)
                {
                    throw Malformed($"it has more than {MostParts} parts");
                }

                if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition) || !disposition.DispositionType.Equals("form-data", StringComparison.OrdinalIgnoreCase))
                {
                    throw Malformed("a part has no Content-Disposition that says form-data and a name");
                }

                switch (HeaderUtilities.RemoveQuotes(disposition.Name).ToString())
                {
                    case "file" when name is null:
                        name = NameOf(disposition);
                        await SaveAsync(section.Body, path, cancellationToken);
                        break;
                    case "purpose" when purpose is null:
                        purpose = await TextAsync(section.Body, cancellationToken);
                        break;
                    case "file" or "purpose":
                        throw Malformed("a part is there twice");
                    case var expiry when expiry.StartsWith("expires_after", StringComparison.Ordinal):
                        throw ApiException.Invalid("SRV0111", "Parameter 'expires_after' is not supported: files are kept until they are deleted. Leave it out.", "expires_after");
                    case var other:
                        throw ApiException.Invalid("SRV0110", $"Unknown parameter '{FileName.Shown(other)}'; expected file and purpose.", FileName.Shown(other));
                }
            }
        }
        catch (BadHttpRequestException error) when (error.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            throw files.TooLarge();
        }
        catch (Exception error) when (error is InvalidDataException || (error is IOException and not BadHttpRequestException && error.InnerException is null && !context.RequestAborted.IsCancellationRequested))
        {
            // The reader says so of a body that ends early, and of headers beyond the limits.
            throw Malformed("it is cut off, or its parts cannot be told apart", error);
        }

        if (purpose is null || name is null)
        {
            var missing = purpose is null ? "purpose" : "file";
            throw ApiException.Invalid("SRV0112", $"Parameter '{missing}' is missing.", missing);
        }

        if (!FilePurposes.Sent.Contains(purpose, StringComparer.Ordinal))
        {
            throw ApiException.Invalid(RequestReader.OutOfRange, $"'purpose' is '{FileName.Shown(purpose)}'; expected {string.Join(", ", FilePurposes.Sent)}.", "purpose");
        }

        return new FileInfo(path).Length > 0 ? (name, purpose) : throw ApiException.Invalid(RequestReader.OutOfRange, "'file' is empty; expected content.", "file");
    }

    private static string NameOf(ContentDispositionHeaderValue disposition)
    {
        var given = disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName;
        return FileName.Shown(HeaderUtilities.RemoveQuotes(given).ToString()) is { Length: > 0 } name
            ? name
            : throw ApiException.Invalid("SRV0112", "The part 'file' has no file name; expected one in its Content-Disposition.", "file");
    }

    private async Task SaveAsync(Stream part, string path, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, BufferBytes, FileOptions.Asynchronous);
        var buffer = new byte[BufferBytes];
        var total = 0L;
        while (await part.ReadAsync(buffer, cancellationToken) is > 0 and var count)
        {
            total += count;
            if (total > options.MaxFileBytes)
            {
                throw files.TooLarge();
            }

            await file.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
        }
    }

    private static async Task<string> TextAsync(Stream part, CancellationToken cancellationToken)
    {
        var buffer = new byte[MostFieldBytes + 1];
        var count = await part.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return count <= MostFieldBytes ? System.Text.Encoding.UTF8.GetString(buffer, 0, count) : throw Malformed($"a field has more than {MostFieldBytes} bytes");
    }

    private static string BoundaryOf(HttpRequest request)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
        {
            throw new ApiException(StatusCodes.Status415UnsupportedMediaType, ErrorTypes.InvalidRequest, "SRV0106", $"Reading the request failed: its content type is '{request.ContentType ?? "(none)"}'; expected multipart/form-data. Send a form with 'file' and 'purpose'.");
        }

        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary).ToString();
        return boundary.Length is > 0 and <= MostBoundary ? boundary : throw Malformed($"its boundary has {boundary.Length} characters; expected 1 to {MostBoundary}");
    }

    private static ApiException Malformed(string what, Exception? cause = null) =>
        ApiException.Invalid("SRV0191", $"Reading the form failed: {what}. Expected multipart/form-data with the parts 'purpose' and 'file'.", innerException: cause);
}

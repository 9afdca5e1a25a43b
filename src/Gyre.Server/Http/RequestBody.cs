using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Gyre.Server.Http;

/// <summary>Reads a request's JSON object within the size limit.</summary>
internal static class RequestBody
{
    /// <summary>
    /// How much of a body beyond the limit is still read and thrown away, so that a client that sends first and reads
    /// later gets the answer and not a broken connection.
    /// </summary>
    public const int DiscardBytes = 64 * 1024 * 1024;

    /// <summary>The most that is reserved for a body before any of it has come.</summary>
    private const int FirstBytes = 64 * 1024;

    private static readonly JsonDocumentOptions DocumentOptions = new() { MaxDepth = 64, AllowDuplicateProperties = false };

    /// <summary>The body as a JSON object; the caller disposes it. Its bytes count in the <see cref="BodyBudget"/> until the request ends.</summary>
    public static async Task<JsonDocument> ReadAsync(HttpContext context, int maxBytes)
    {
        CheckContentType(context.Request);
        var bytes = await ReadBytesAsync(context, maxBytes);
        return Parse(bytes);
    }

    /// <summary>Parses UTF-8 JSON whose root must be an object; says where it breaks.</summary>
    public static JsonDocument Parse(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            throw ApiException.Invalid("SRV0103", "Reading the request failed: the body is empty; expected a JSON object.");
        }

        JsonDocument document;
        try
        {
            RequireReadableNames(bytes.Span);
            document = JsonDocument.Parse(bytes, DocumentOptions);
        }
        catch (JsonException error)
        {
            throw ApiException.Invalid(
                "SRV0104",
                $"Reading the request failed: the body is not valid JSON at line {error.LineNumber + 1}, byte {error.BytePositionInLine + 1}: {Reason(error)}",
                innerException: error);
        }

        if (document.RootElement.ValueKind != JsonValueKind.Object)
        {
            var kind = document.RootElement.ValueKind;
            document.Dispose();
            throw ApiException.Invalid("SRV0105", $"Reading the request failed: the body is a JSON {JsonKind.Name(kind)}; expected an object.");
        }

        return document;
    }

    /// <summary>
    /// The framework decodes a name only when it is asked for, and throws only then. Texts are checked where they are read,
    /// so that the error can name the parameter.
    /// </summary>
    private static void RequireReadableNames(ReadOnlySpan<byte> bytes)
    {
        if (Utf8.IsValid(bytes) && bytes.IndexOf("\\u"u8) < 0)
        {
            return;
        }

        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = DocumentOptions.MaxDepth });
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName)
            {
                continue;
            }

            try
            {
                reader.GetString();
            }
            catch (InvalidOperationException error)
            {
                throw ApiException.Invalid(
                    "SRV0104",
                    $"Reading the request failed: the name at byte {reader.TokenStartIndex + 1} of the body holds an unpaired surrogate or bytes that are not UTF-8; expected text.",
                    innerException: error);
            }
        }
    }

    private static void CheckContentType(HttpRequest request)
    {
        // JSON only: a browser may send other types across sites without asking first.
        if (!request.HasJsonContentType())
        {
            throw new ApiException(
                StatusCodes.Status415UnsupportedMediaType,
                ErrorTypes.InvalidRequest,
                "SRV0106",
                $"Reading the request failed: its content type is '{request.ContentType ?? "(none)"}'; expected application/json. Set the Content-Type header.");
        }

        if (request.Headers.ContentEncoding.Count > 0 && request.Headers.ContentEncoding != "identity")
        {
            throw new ApiException(
                StatusCodes.Status415UnsupportedMediaType,
                ErrorTypes.InvalidRequest,
                "SRV0107",
                $"Reading the request failed: its content encoding is '{request.Headers.ContentEncoding}'; expected none. Send the body uncompressed.");
        }
    }

    private static async Task<ReadOnlyMemory<byte>> ReadBytesAsync(HttpContext context, int maxBytes)
    {
        var reader = context.Request.BodyReader;
        if (context.Request.ContentLength > maxBytes)
        {
            await DiscardAsync(reader, context.RequestAborted);
            throw TooLarge(maxBytes, context.Request.ContentLength);
        }

        var budget = context.RequestServices.GetRequiredService<BodyBudget>();
        var share = budget.Open();
        context.Response.RegisterForDispose(share);
        var bytes = new ArrayBufferWriter<byte>((int)Math.Clamp(context.Request.ContentLength ?? 4096, 256, FirstBytes));
        while (true)
        {
            var result = await reader.ReadAsync(context.RequestAborted);
            var buffer = result.Buffer;
            var isTooLarge = bytes.WrittenCount + buffer.Length > maxBytes;
            var hasRoom = isTooLarge || share.TryResize(bytes.WrittenCount + buffer.Length);
            if (!isTooLarge && hasRoom)
            {
                foreach (var segment in buffer)
                {
                    bytes.Write(segment.Span);
                }
            }

            reader.AdvanceTo(buffer.End);
            if (isTooLarge)
            {
                await DiscardAsync(reader, context.RequestAborted);
                throw TooLarge(maxBytes, null);
            }

            if (!hasRoom)
            {
                await DiscardAsync(reader, context.RequestAborted);
                throw budget.Full();
            }

            if (result.IsCompleted)
            {
                return bytes.WrittenMemory;
            }
        }
    }

    private static async Task DiscardAsync(PipeReader reader, CancellationToken cancellationToken)
    {
        var discarded = 0L;
        while (discarded <= DiscardBytes)
        {
            var result = await reader.ReadAsync(cancellationToken);
            discarded += result.Buffer.Length;
            reader.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
            {
                return;
            }
        }
    }

    private static ApiException TooLarge(int maxBytes, long? length) => new(
        StatusCodes.Status413PayloadTooLarge,
        ErrorTypes.InvalidRequest,
        "SRV0102",
        $"Reading the request failed: its body has {(length is { } known ? $"{known:N0}" : $"more than {maxBytes:N0}")} bytes; expected at most {maxBytes:N0}. Shorten the prompt.");

    /// <summary>The parser's own words without the position, which the message gives already.</summary>
    private static string Reason(JsonException error)
    {
        var text = error.Message;
        var end = text.IndexOf(" LineNumber:", StringComparison.Ordinal);
        var reason = end < 0 ? text : text[..end];
        return new StringBuilder(reason).Replace("\r", "").Replace("\n", " ").ToString();
    }
}

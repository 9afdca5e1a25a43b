using Gyre.Server.Files;
using Gyre.Server.Http;
using Gyre.Server.Parameters;
using Gyre.Server.Wire;
using Microsoft.Net.Http.Headers;

namespace Gyre.Server.Endpoints;

/// <summary><c>/v1/files</c>: files that callers send and that jobs write.</summary>
internal sealed class FilesEndpoint(FileStore files, FileUpload upload)
{
    private const int MostListed = 10_000;

    public async Task UploadAsync(HttpContext context) =>
        await JsonAnswer.WriteAsync(context, await upload.ReceiveAsync(context, RequestScope.Of(context).Cancellation), WireJson.Plain.FileCard);

    public async Task ListAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var page = PageQuery.Read(query, MostListed, MostListed, hasOrder: true, "purpose");
        var purpose = query["purpose"] is [{ Length: > 0 } asked] ? asked : null;
        if (purpose is not null && purpose != FilePurposes.FineTuneResults && !FilePurposes.Sent.Contains(purpose, StringComparer.Ordinal))
        {
            throw ApiException.Invalid(RequestReader.OutOfRange, $"'purpose' is unknown; expected {string.Join(", ", FilePurposes.Sent)} or {FilePurposes.FineTuneResults}.", "purpose");
        }

        var (found, hasMore) = await files.ListAsync(purpose, page, context.RequestAborted);
        await JsonAnswer.WriteAsync(context, new FileList { Data = found, FirstId = found.FirstOrDefault()?.Id, LastId = found.LastOrDefault()?.Id, HasMore = hasMore }, WireJson.Plain.FileList);
    }

    public async Task GetAsync(HttpContext context) =>
        await JsonAnswer.WriteAsync(context, await files.GetAsync(IdOf(context), "id", context.RequestAborted), WireJson.Plain.FileCard);

    public async Task DeleteAsync(HttpContext context)
    {
        await files.DeleteAsync(IdOf(context), context.RequestAborted);
        await JsonAnswer.WriteAsync(context, new FileDeletion { Id = IdOf(context) }, WireJson.Plain.FileDeletion);
    }

    /// <summary>The bytes as they came, for saving and never for showing.</summary>
    public async Task ContentAsync(HttpContext context)
    {
        var file = await files.GetAsync(IdOf(context), "id", context.RequestAborted);
        await using var stream = new FileStream(files.PathOf(file), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1, FileOptions.Asynchronous | FileOptions.SequentialScan);
        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName(file.Filename);
        context.Response.ContentType = "application/octet-stream";
        context.Response.ContentLength = stream.Length;
        context.Response.Headers.ContentDisposition = disposition.ToString();
        context.Response.Headers.XContentTypeOptions = "nosniff";
        await stream.CopyToAsync(context.Response.Body, context.RequestAborted);
    }

    private static string IdOf(HttpContext context) => context.GetRouteValue("id") as string ?? "";
}

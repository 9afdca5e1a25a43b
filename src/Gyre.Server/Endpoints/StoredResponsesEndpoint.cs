using System.Globalization;
using System.Text;
using System.Text.Json;
using Gyre.Server.Http;
using Gyre.Server.Parameters;
using Gyre.Server.Responses;
using Gyre.Server.Wire;

namespace Gyre.Server.Endpoints;

/// <summary>What can be done with a kept response: GET, DELETE, <c>input_items</c> and <c>cancel</c>.</summary>
internal sealed class StoredResponsesEndpoint(ResponseStore store, BackgroundResponses background)
{
    private const int DefaultLimit = 20;
    private const int MaxLimit = 100;

    public async Task GetAsync(HttpContext context)
    {
        if (context.Request.Query["stream"] is [{ } stream] && stream is not ("false" or "0"))
        {
            throw ApiException.Invalid("SRV0111", "Parameter 'stream' is not supported here: kept responses are not streamed again. Ask without it until the status is final.", "stream");
        }

        await WriteAsync(context, (await FindAsync(context)).Body);
    }

    public async Task DeleteAsync(HttpContext context)
    {
        var found = await FindAsync(context);
        await background.CancelAsync(found.Id);
        if (!await store.DeleteAsync(found.Id, context.RequestAborted))
        {
            throw NotFound(found.Id);
        }

        await JsonAnswer.WriteAsync(context, new ResponseDeletion { Id = found.Id }, WireJson.Plain.ResponseDeletion);
    }

    public async Task CancelAsync(HttpContext context)
    {
        var found = await FindAsync(context);
        if (!found.IsBackground)
        {
            throw ApiException.Invalid("SRV0172", $"The response '{found.Id}' does not run in the background; expected one that was begun with 'background'. Close its connection to end it.", "id");
        }

        await background.CancelAsync(found.Id);
        await WriteAsync(context, (await FindAsync(context)).Body);
    }

    public async Task ListInputAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var limit = DefaultLimit;
        if (query["limit"] is [{ } text] && !(int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) && limit is >= 1 and <= MaxLimit))
        {
            throw ApiException.Invalid(RequestReader.OutOfRange, $"'limit' is not a number from 1 to {MaxLimit}.", "limit");
        }

        var order = query["order"] is [{ } asked] ? asked : "desc";
        if (order is not ("asc" or "desc"))
        {
            throw ApiException.Invalid(RequestReader.OutOfRange, "'order' is unknown; expected 'asc' or 'desc'.", "order");
        }

        var found = await FindAsync(context);
        var items = JsonSerializer.Deserialize(found.Input, WireJson.Plain.ResponseItems) ?? [];
        var ordered = order == "asc" ? items : [.. items.Reverse()];
        var from = 0;
        if (query["after"] is [{ Length: > 0 } after])
        {
            from = 1 + ordered.Select((item, index) => (item, index)).Where(pair => pair.item.Id == after).Select(pair => pair.index).DefaultIfEmpty(-1).First();
            if (from == 0)
            {
                throw ApiException.Invalid(RequestReader.OutOfRange, "'after' names no item of this response; expected the 'last_id' of a page.", "after");
            }
        }

        var page = ordered.Skip(from).Take(limit).ToList();
        await JsonAnswer.WriteAsync(
            context,
            new ResponseItemList { Data = page, FirstId = page.FirstOrDefault()?.Id, LastId = page.LastOrDefault()?.Id, HasMore = from + page.Count < ordered.Count },
            WireJson.Plain.ResponseItemList);
    }

    private static ApiException NotFound(string id) => new(
        StatusCodes.Status404NotFound,
        ErrorTypes.InvalidRequest,
        "SRV0171",
        $"There is no response '{(id.Length <= 80 ? id : id[..80] + "…")}'; it was never kept, was removed, or was older than the newest that are kept.",
        "id");

    private static async Task WriteAsync(HttpContext context, string body)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.ContentLength = bytes.Length;
        await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
    }

    /// <summary>The response of the path; one whose run was lost with an earlier process is told as failed.</summary>
    private async Task<StoredResponse> FindAsync(HttpContext context)
    {
        var id = context.Request.RouteValues["id"] as string ?? "";
        var isRunning = background.IsRunning(id);
        var found = await store.FindAsync(id, context.RequestAborted) ?? throw NotFound(id);
        if (!found.IsRunning || isRunning || background.IsRunning(id))
        {
            return found;
        }

        // It may have ended between the two looks; only what still says that it runs was lost.
        found = await store.FindAsync(id, context.RequestAborted) ?? throw NotFound(id);
        if (!found.IsRunning)
        {
            return found;
        }

        var response = JsonSerializer.Deserialize(found.Body, WireJson.Plain.ResponseAnswer) ?? throw NotFound(id);
        var failed = response with { Status = "failed", Error = ResponsesEndpoint.Interrupted };
        found = found with { Status = "failed", Body = JsonSerializer.Serialize(failed, WireJson.Plain.ResponseAnswer) };
        await store.UpdateAsync(found, context.RequestAborted);
        return found;
    }
}

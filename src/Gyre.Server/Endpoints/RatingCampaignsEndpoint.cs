using System.Text;
using System.Text.Json;
using Gyre.Registry;
using Gyre.Registry.Ratings;
using Gyre.Server.Hosting;
using Gyre.Server.Http;
using Gyre.Server.Parameters;
using Gyre.Server.Ratings;
using Gyre.Server.Wire;

namespace Gyre.Server.Endpoints;

/// <summary><c>/api/ratings</c>: campaigns; and their results and export, which alone name candidates.</summary>
internal sealed class RatingCampaignsEndpoint(RatingStore store, GyreHostOptions options)
{
    public async Task ListAsync(HttpContext context)
    {
        var campaigns = await store.ListAsync(context.RequestAborted);
        await JsonAnswer.WriteAsync(context, new RatingCampaignList { Data = [.. campaigns.Select(RatingCampaignView.Of)] }, WireJson.Plain.RatingCampaignList);
    }

    public async Task CreateAsync(HttpContext context)
    {
        using var body = await RequestBody.ReadAsync(context, options.MaxRequestBytes);
        var plan = ReadPlan(body.RootElement);
        var campaign = await Guarded(() => store.CreateAsync(plan, context.RequestAborted));
        await WriteAsync(context, campaign.Name);
    }

    public Task GetAsync(HttpContext context) => WriteAsync(context, NameOf(context));

    public async Task CloseAsync(HttpContext context)
    {
        await Guarded(() => store.CloseAsync(NameOf(context), context.RequestAborted));
        await WriteAsync(context, NameOf(context));
    }

    public async Task ResultsAsync(HttpContext context)
    {
        AllowOnly(context.Request.Query, "unblind");
        var results = await ReadAsync(context);
        await JsonAnswer.WriteAsync(context, RatingAnalysis.Of(results, null, context.RequestAborted), WireJson.Plain.RatingReport);
    }

    public async Task ExportAsync(HttpContext context)
    {
        AllowOnly(context.Request.Query, "unblind", "format", "by");
        var isCsv = Choice(context.Request.Query, "format", "jsonl", "csv");
        var byItem = Choice(context.Request.Query, "by", "rating", "item");
        var results = await ReadAsync(context);
        context.Response.ContentType = isCsv ? "text/csv; charset=utf-8" : "application/x-ndjson; charset=utf-8";
        context.Response.Headers.ContentDisposition = $"attachment; filename=\"{results.Campaign.Name}.{(isCsv ? "csv" : "jsonl")}\"";
        context.Response.Headers.CacheControl = "no-store";
        await using var writer = new StreamWriter(context.Response.Body, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true);
        foreach (var line in isCsv ? RatingExport.Csv(results, byItem) : RatingExport.JsonLines(results, byItem))
        {
            await writer.WriteAsync(line.AsMemory(), context.RequestAborted);
        }
    }

    /// <summary>Gives what the registry refuses its HTTP status.</summary>
    public static async Task<T> Guarded<T>(Func<Task<T>> act)
    {
        try
        {
            return await act();
        }
        catch (RegistryException error)
        {
            throw ToApi(error);
        }
    }

    private static ApiException ToApi(RegistryException error)
    {
        var status = error.Code switch
        {
            "REG0082" or "REG0086" => StatusCodes.Status404NotFound,
            "REG0083" or "REG0084" or "REG0087" or "REG0088" or "REG0090" => StatusCodes.Status409Conflict,
            _ => StatusCodes.Status400BadRequest,
        };
        return new ApiException(status, status == StatusCodes.Status404NotFound ? ErrorTypes.NotFound : ErrorTypes.InvalidRequest, error.Code, $"{error.Message} ({error.Code})", innerException: error);
    }

    public static string NameOf(HttpContext context) => context.GetRouteValue("name") as string ?? "";

    public static void AllowOnly(IQueryCollection query, params ReadOnlySpan<string> names)
    {
        foreach (var name in query.Keys)
        {
            if (!names.Contains(name))
            {
                throw ApiException.Invalid("SRV0110", $"Unknown parameter '{(name.Length <= 80 ? name : name[..80] + "…")}'; expected {string.Join(", ", names.ToArray())}.", name);
            }
        }
    }

    private async Task WriteAsync(HttpContext context, string name)
    {
        // A name that is none is refused in the words of every other call.
        var found = await store.FindAsync(name, context.RequestAborted) ?? throw ToApi(new RegistryException("REG0082", "Finding a rating campaign failed: there is none of this name; GET /api/ratings lists those there are."));
        await JsonAnswer.WriteAsync(context, RatingCampaignView.Of(found), WireJson.Plain.RatingCampaignView);
    }

    private Task<RatingResults> ReadAsync(HttpContext context)
    {
        var unblinds = context.Request.Query["unblind"].ToString() switch
        {
            "" or "false" => false,
            "true" => true,
            _ => throw ApiException.Invalid(RequestReader.OutOfRange, "'unblind' is unknown; expected 'true' or 'false'.", "unblind"),
        };
        return Guarded(() => store.ReadResultsAsync(NameOf(context), unblinds, context.RequestAborted));
    }

    /// <summary>True for the second word, false for the first, which is also the default.</summary>
    private static bool Choice(IQueryCollection query, string name, string first, string second) => query[name].ToString() is var word && word == second
        || (word.Length == 0 || word == first ? false : throw ApiException.Invalid(RequestReader.OutOfRange, $"'{name}' is unknown; expected '{first}' or '{second}'.", name));

    private static RatingCampaignPlan ReadPlan(JsonElement body)
    {
        var faults = new RequestFaults();
        RatingParameters.Create.Check(body, faults);
        var reader = new RequestReader(body, "", faults);
        var name = reader.ReadString("name") ?? "";
        var raters = reader.ReadInteger("raters", 1, 100);
        var repeats = reader.ReadNumber("repeats", 0, 0.5);
        var seed = reader.ReadInteger("seed", 0, long.MaxValue);
        var minutes = reader.ReadInteger("reservation_minutes", 1, 1440);
        var source = reader.ReadString("source") ?? "";
        reader.ReadObject("rubric", out var rubric);
        var items = new List<RatingItem>();
        if (reader.TryGet("items", out var list))
        {
            if (list.ValueKind != JsonValueKind.Array)
            {
                reader.AddWrongType("items", list, "a list of objects");
            }
            else
            {
                items.AddRange(list.EnumerateArray().Select((item, place) => ReadItem(item, $"items[{place}]", faults)));
            }
        }

        faults.ThrowIfAny();
        try
        {
            return new RatingCampaignPlan
            {
                Name = name,
                Rubric = rubric.ValueKind == JsonValueKind.Object ? RatingRubric.Read(rubric) : RatingRubric.Default(items.Exists(item => item.Outputs.Count == 2) ? RatingForm.Pairs : RatingForm.Single),
                Items = items,
                RatersWanted = (int)(raters ?? 2),
                RepeatShare = repeats ?? 0.1,
                Seed = (ulong)(seed ?? 0),
                Reservation = TimeSpan.FromMinutes(minutes ?? 30),
                Source = source,
            };
        }
        catch (RegistryException error)
        {
            throw ApiException.Invalid(error.Code, $"{error.Message} ({error.Code})", "rubric", error);
        }
    }

    private static RatingItem ReadItem(JsonElement json, string place, RequestFaults faults)
    {
        var reader = new RequestReader(json, place, faults);
        if (json.ValueKind != JsonValueKind.Object)
        {
            reader.AddWrongType(place, json, "an object");
            return new RatingItem("", "", "", "", "", []);
        }

        reader.AllowOnly("row", "task", "prompt", "reference", "context", "outputs");
        var outputs = new List<RatingOutput>();
        if (!reader.TryGet("outputs", out var list) || list.ValueKind != JsonValueKind.Array)
        {
            faults.Add("SRV0112", $"{place}.outputs", $"'{place}.outputs' is missing or no list; expected one output, or two for pairs.");
        }
        else
        {
            outputs.AddRange(list.EnumerateArray().Take(3).Select((output, side) => ReadOutput(output, $"{place}.outputs[{side}]", faults)));
        }

        return new RatingItem(
            reader.ReadString("row") ?? "", reader.ReadString("task") ?? "", reader.ReadString("prompt") ?? "", reader.ReadString("reference") ?? "", reader.ReadString("context") ?? "", outputs);
    }

    private static RatingOutput ReadOutput(JsonElement json, string place, RequestFaults faults)
    {
        var reader = new RequestReader(json, place, faults);
        if (json.ValueKind != JsonValueKind.Object)
        {
            reader.AddWrongType(place, json, "an object");
            return new RatingOutput("", "");
        }

        reader.AllowOnly("candidate", "text", "trace");
        return new RatingOutput(reader.ReadString("candidate") ?? "", reader.ReadString("text") ?? "", reader.ReadString("trace") ?? "");
    }
}

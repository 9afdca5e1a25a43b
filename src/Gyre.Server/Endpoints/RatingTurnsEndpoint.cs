using System.Text.Json;
using Gyre.Registry.Ratings;
using Gyre.Server.Hosting;
using Gyre.Server.Http;
using Gyre.Server.Parameters;
using Gyre.Server.Wire;

namespace Gyre.Server.Endpoints;

/// <summary>What raters do: <c>/api/ratings/{name}/next</c>, <c>rate</c>, <c>skip</c>, <c>undo</c>, <c>draft</c> and <c>own</c>. Names no candidate.</summary>
internal sealed class RatingTurnsEndpoint(RatingStore store, GyreHostOptions options)
{
    public Task NextAsync(HttpContext context) =>
        ActAsync(context, RatingParameters.Next, (name, reader, _) => (rater, stop) => store.NextAsync(name, rater, stop));

    public Task RateAsync(HttpContext context) => ActAsync(context, RatingParameters.Rate, (name, reader, body) =>
    {
        var (assignment, answer) = (reader.ReadString("assignment") ?? "", ReadAnswer(reader));
        return (rater, stop) => store.RateAsync(name, rater, assignment, answer, stop);
    });

    public Task SkipAsync(HttpContext context) => ActAsync(context, RatingParameters.Skip, (name, reader, _) =>
    {
        var (assignment, reason) = (reader.ReadString("assignment") ?? "", reader.ReadString("reason") ?? "");
        return (rater, stop) => store.SkipAsync(name, rater, assignment, reason, stop);
    });

    public Task UndoAsync(HttpContext context) =>
        ActAsync(context, RatingParameters.Next, (name, reader, _) => (rater, stop) => store.UndoAsync(name, rater, stop));

    public Task DraftAsync(HttpContext context) => ActAsync(context, RatingParameters.Draft, (name, reader, body) =>
    {
        var (assignment, answer) = (reader.ReadString("assignment") ?? "", ReadAnswer(reader));
        return (rater, stop) => store.SaveDraftAsync(name, rater, assignment, answer, stop);
    });

    public async Task OwnAsync(HttpContext context)
    {
        RatingCampaignsEndpoint.AllowOnly(context.Request.Query, "rater");
        var own = await RatingCampaignsEndpoint.Guarded(() => store.ReadOwnAsync(RatingCampaignsEndpoint.NameOf(context), context.Request.Query["rater"].ToString(), context.RequestAborted));
        await JsonAnswer.WriteAsync(context, new RatingOwnList { Data = [.. own.Select(RatingAssignmentView.Of)] }, WireJson.Plain.RatingOwnList);
    }

    private async Task ActAsync(HttpContext context, ParameterTable table, Func<string, RequestReader, JsonElement, Func<string, CancellationToken, Task<RatingTurn>>> read)
    {
        using var body = await RequestBody.ReadAsync(context, options.MaxRequestBytes);
        var faults = new RequestFaults();
        table.Check(body.RootElement, faults);
        var reader = new RequestReader(body.RootElement, "", faults);
        var rater = reader.ReadString("rater") ?? "";
        var act = read(RatingCampaignsEndpoint.NameOf(context), reader, body.RootElement);
        faults.ThrowIfAny();

        // An act that was sent is done, also when its page is closed before the answer comes.
        var turn = await RatingCampaignsEndpoint.Guarded(() => act(rater, CancellationToken.None));
        context.Response.Headers.CacheControl = "no-store";
        await JsonAnswer.WriteAsync(context, RatingTurnView.Of(turn), WireJson.Plain.RatingTurnView);
    }

    private static RatingAnswer ReadAnswer(RequestReader reader)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        if (reader.ReadObject("values", out var given) is { } inner)
        {
            foreach (var value in given.EnumerateObject())
            {
                if (value.Value.ValueKind is JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False)
                {
                    values[value.Name] = value.Value.ValueKind switch { JsonValueKind.True => "yes", JsonValueKind.False => "no", _ => value.Value.GetRawText() };
                }
                else if (inner.TryReadText(value.Value, inner.PathOf(value.Name), out var text))
                {
                    values[value.Name] = text;
                }
            }
        }

        return new RatingAnswer(values, reader.ReadTexts("reasons", 12), reader.ReadString("comment") ?? "");
    }
}

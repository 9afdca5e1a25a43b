using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization;
using Gyre.Observability;

namespace Gyre.Server.Wire;

/// <summary>One request as the management API shows it.</summary>
[Description("One request as the management API shows it.")]
internal sealed record TraceView
{
    [Description("The request's id, as the x-request-id header carried it.")]
    public required string Id { get; init; }

    [Description("The distributed trace it belongs to.")]
    public required string TraceId { get; init; }

    [Description("What was done: chat, text_completion, generate_content.")]
    public required string Operation { get; init; }

    [Description("The route that was called.")]
    public required string Route { get; init; }

    [Description("The alias that was asked for; empty when the request failed before it was read.")]
    public required string Model { get; init; }

    [Description("The model that answered; empty when none did.")]
    public required string ResponseModel { get; init; }

    [Description("ok, error or cancelled.")]
    public required string Status { get; init; }

    [Description("The HTTP status; 499 when the caller went away; 0 over a socket.")]
    public required int HttpStatus { get; init; }

    [Description("The error's code; null when there was none.")]
    public required string? ErrorType { get; init; }

    [Description("The error in words; null when there was none.")]
    public required string? ErrorMessage { get; init; }

    [Description("Whether the answer was streamed.")]
    public required bool Stream { get; init; }

    [Description("When it arrived. ISO 8601, UTC.")]
    public required DateTimeOffset StartedAt { get; init; }

    [Description("From its arrival to its end. Milliseconds.")]
    public required double DurationMs { get; init; }

    [Description("From its arrival to the first token. Milliseconds; null when there was none.")]
    public required double? TimeToFirstTokenMs { get; init; }

    [Description("Tokens of the prompt.")]
    public required int InputTokens { get; init; }

    [Description("Tokens generated.")]
    public required int OutputTokens { get; init; }

    [Description("Prompt tokens read from a cache.")]
    public required int CachedTokens { get; init; }

    [Description("Why each answer ended.")]
    public required IReadOnlyList<string> FinishReasons { get; init; }

    [Description("The caller's name for its end user; null when it gave none.")]
    public required string? User { get; init; }

    [Description("The messages that went in; absent from lists and when they are not kept.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? Input { get; init; }

    [Description("The messages that came out; absent from lists and when they are not kept.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? Output { get; init; }

    [Description("The request first, then its parts in order of their beginning; absent from lists.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Span>? Spans { get; init; }

    public static TraceView Of(TraceSummary trace) => new()
    {
        Id = trace.Id,
        TraceId = trace.TraceId,
        Operation = trace.Operation,
        Route = trace.Route,
        Model = trace.Model,
        ResponseModel = trace.ResponseModel,
        Status = StatusName(trace.Status),
        HttpStatus = trace.HttpStatus,
        ErrorType = trace.ErrorType.Length > 0 ? trace.ErrorType : null,
        ErrorMessage = trace.ErrorMessage.Length > 0 ? trace.ErrorMessage : null,
        Stream = trace.IsStreamed,
        StartedAt = trace.StartedAt,
        DurationMs = trace.Duration.TotalMilliseconds,
        TimeToFirstTokenMs = trace.TimeToFirstToken?.TotalMilliseconds,
        InputTokens = trace.InputTokens,
        OutputTokens = trace.OutputTokens,
        CachedTokens = trace.CachedTokens,
        FinishReasons = trace.FinishReasons,
        User = trace.User.Length > 0 ? trace.User : null,
    };

    public static TraceView Of(TraceDetail trace) => Of(trace.Summary) with
    {
        Input = Json(trace.Input),
        Output = Json(trace.Output),
        Spans = [.. trace.Spans.Select(span => new Span
        {
            SpanId = span.SpanId,
            ParentId = span.ParentId.Length > 0 ? span.ParentId : null,
            Name = span.Name,
            StartedAt = span.StartedAt,
            DurationMs = span.Duration.TotalMilliseconds,
            Status = StatusName(span.Status),
            Attributes = span.Attributes,
        })],
    };

    public static string StatusName(TraceStatus status) => status switch
    {
        TraceStatus.Ok => "ok",
        TraceStatus.Error => "error",
        _ => "cancelled",
    };

    private static JsonElement? Json(string text)
    {
        if (text.Length == 0)
        {
            return null;
        }

        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }

    [Description("One step of a request.")]
    internal sealed record Span
    {
        [Description("The span's id.")]
        public required string SpanId { get; init; }

        [Description("The span it is part of; null for the request itself.")]
        public required string? ParentId { get; init; }

        [Description("What was done.")]
        public required string Name { get; init; }

        [Description("When it began. ISO 8601, UTC.")]
        public required DateTimeOffset StartedAt { get; init; }

        [Description("How long it took. Milliseconds.")]
        public required double DurationMs { get; init; }

        [Description("ok, error or cancelled.")]
        public required string Status { get; init; }

        [Description("Its attributes under their conventional names.")]
        public required IReadOnlyDictionary<string, JsonElement> Attributes { get; init; }
    }
}

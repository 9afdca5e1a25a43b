namespace Gyre.Observability;

/// <summary>A row of the table <c>traces</c>. Times count microseconds, since 1970 where they are dates.</summary>
internal sealed record TraceRow
{
    public long Number { get; init; }

    public string Id { get; init; } = "";

    public string TraceId { get; init; } = "";

    public string Operation { get; init; } = "";

    public string Route { get; init; } = "";

    public string Model { get; init; } = "";

    public string ResponseModel { get; init; } = "";

    public string Status { get; init; } = "";

    public int HttpStatus { get; init; }

    public string ErrorType { get; init; } = "";

    public string ErrorMessage { get; init; } = "";

    public bool IsStreamed { get; init; }

    public long StartedAt { get; init; }

    public long Duration { get; init; }

    public long? TimeToFirstToken { get; init; }

    public int InputTokens { get; init; }

    public int OutputTokens { get; init; }

    public int CachedTokens { get; init; }

    public string FinishReasons { get; init; } = "";

    public string User { get; init; } = "";

    public string Input { get; init; } = "";

    public string Output { get; init; } = "";

    public IReadOnlyList<SpanRow> Spans { get; init; } = [];

    public TraceSummary ToSummary() => new()
    {
        Id = Id,
        TraceId = TraceId,
        Operation = Operation,
        Route = Route,
        Model = Model,
        ResponseModel = ResponseModel,
        Status = StatusText.Parse(Status),
        HttpStatus = HttpStatus,
        ErrorType = ErrorType,
        ErrorMessage = ErrorMessage,
        IsStreamed = IsStreamed,
        StartedAt = Microseconds.ToDate(StartedAt),
        Duration = Microseconds.ToTime(Duration),
        TimeToFirstToken = TimeToFirstToken is { } wait ? Microseconds.ToTime(wait) : null,
        InputTokens = InputTokens,
        OutputTokens = OutputTokens,
        CachedTokens = CachedTokens,
        FinishReasons = FinishReasons.Length == 0 ? [] : FinishReasons.Split(','),
        User = User,
    };
}

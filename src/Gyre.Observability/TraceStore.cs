using Gyre.Storage;

namespace Gyre.Observability;

/// <summary>The kept traces: lists, single traces, counts.</summary>
/// <remarks>Owns: nothing; the database belongs to whoever opened it. Safe for several threads.</remarks>
public sealed class TraceStore
{
    private const int MaxLimit = 1000;

    private const string SummaryColumns = """
        number AS Number, id AS Id, trace_id AS TraceId, operation AS Operation, route AS Route, model AS Model,
        response_model AS ResponseModel, status AS Status, http_status AS HttpStatus, error_type AS ErrorType,
        error_message AS ErrorMessage, is_streamed AS IsStreamed, started_at AS StartedAt, duration AS Duration,
        time_to_first_token AS TimeToFirstToken, input_tokens AS InputTokens, output_tokens AS OutputTokens,
        cached_tokens AS CachedTokens, finish_reasons AS FinishReasons, user AS User
        """;

    private readonly Database _database;

    /// <summary>A store over a database that was opened with <see cref="Migrations"/>.</summary>
    public TraceStore(Database database)
    {
        ArgumentNullException.ThrowIfNull(database);
        _database = database;
    }

    /// <summary>The steps that build the tables of traces.</summary>
    public static MigrationSet Migrations() => new("observability", typeof(TraceStore).Assembly);

    /// <summary>Lists traces, newest first.</summary>
    /// <remarks>Errors: <see cref="ObservabilityException"/> <c>OBS0001</c> for a limit out of range, <c>OBS0002</c> for an unknown <see cref="TraceQuery.Before"/>.</remarks>
    public Task<TracePage> ListAsync(TraceQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (query.Limit is < 1 or > MaxLimit)
        {
            throw new ObservabilityException("OBS0001", $"Listing traces failed: the limit is {query.Limit}; expected 1 to {MaxLimit}.");
        }

        return _database.ReadAsync(session => List(session, query), cancellationToken);
    }

    /// <summary>One trace with its spans, or null when there is none of this id.</summary>
    public Task<TraceDetail?> FindAsync(string id, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(id);
        return _database.ReadAsync(
            session =>
            {
                var row = session.QueryFirst<TraceRow>($"SELECT {SummaryColumns}, input AS Input, output AS Output FROM traces WHERE id = @Id", new { Id = id });
                if (row is null)
                {
                    return null;
                }

                var spans = session.Query<SpanRow>(
                    """
                    SELECT trace_number AS TraceNumber, position AS Position, span_id AS SpanId, parent_id AS ParentId, name AS Name,
                           started_at AS StartedAt, duration AS Duration, status AS Status, attributes AS Attributes
                    FROM spans WHERE trace_number = @Number ORDER BY position
                    """,
                    new { row.Number });
                return new TraceDetail { Summary = row.ToSummary(), Spans = [.. spans.Select(span => span.ToSpan())], Input = row.Input, Output = row.Output };
            },
            cancellationToken);
    }

    /// <summary>How many traces are kept.</summary>
    public Task<long> CountAsync(CancellationToken cancellationToken = default) =>
        _database.ReadAsync(session => session.QueryFirst<long>("SELECT COUNT(*) FROM traces"), cancellationToken);

    /// <summary>Writes a batch in one transaction, and removes the oldest beyond the limit.</summary>
    internal Task AppendAsync(IReadOnlyList<TraceRow> rows, int maxTraces, CancellationToken cancellationToken) =>
        _database.WriteAsync(
            session =>
            {
                foreach (var row in rows)
                {
                    var number = session.QueryFirst<long>(
                        """
                        INSERT INTO traces (id, trace_id, operation, route, model, response_model, status, http_status, error_type, error_message,
                            is_streamed, started_at, duration, time_to_first_token, input_tokens, output_tokens, cached_tokens, finish_reasons, user, input, output)
                        VALUES (@Id, @TraceId, @Operation, @Route, @Model, @ResponseModel, @Status, @HttpStatus, @ErrorType, @ErrorMessage,
                            @IsStreamed, @StartedAt, @Duration, @TimeToFirstToken, @InputTokens, @OutputTokens, @CachedTokens, @FinishReasons, @User, @Input, @Output)
                        RETURNING number
                        """,
                        row);
                    session.Execute(
                        """
                        INSERT INTO spans (trace_number, position, span_id, parent_id, name, started_at, duration, status, attributes)
                        VALUES (@TraceNumber, @Position, @SpanId, @ParentId, @Name, @StartedAt, @Duration, @Status, @Attributes)
                        """,
                        row.Spans.Select(span => span with { TraceNumber = number }));
                }

                // Numbers only grow, so what lies this far below the newest is beyond the limit; no counting is needed.
                return session.Execute("DELETE FROM traces WHERE number <= (SELECT MAX(number) FROM traces) - @Most", new { Most = maxTraces });
            },
            cancellationToken);

    private static TracePage List(DatabaseSession session, TraceQuery query)
    {
        var conditions = new List<string>();
        long? before = null;
        if (query.Before is { } cursor)
        {
            before = session.QueryFirst<long?>("SELECT number FROM traces WHERE id = @Id", new { Id = cursor })
                ?? throw new ObservabilityException("OBS0002", "Listing traces failed: there is no trace of the id given as 'before'; it may have been removed. Begin at the newest again.");
        }

        Require(query.Model, "model = @Model");
        Require(query.Status, "status = @Status");
        Require(query.Since, "started_at >= @Since");
        Require(query.Text, """(id LIKE @Text ESCAPE '\' OR input LIKE @Text ESCAPE '\' OR output LIKE @Text ESCAPE '\' OR error_message LIKE @Text ESCAPE '\' OR error_type LIKE @Text ESCAPE '\' OR user LIKE @Text ESCAPE '\')""");
        var parameters = new
        {
            query.Model,
            Status = query.Status is { } status ? StatusText.Of(status) : null,
            Since = query.Since is { } since ? Microseconds.From(since.UtcDateTime) : 0L,
            Text = query.Text is { } text ? Pattern(text) : null,
            Before = before ?? 0L,
            Limit = query.Limit + 1,
        };
        var total = session.QueryFirst<long>($"SELECT COUNT(*) FROM traces {Where(conditions)}", parameters);
        Require(before, "number < @Before");
        var rows = session.Query<TraceRow>($"SELECT {SummaryColumns} FROM traces {Where(conditions)} ORDER BY number DESC LIMIT @Limit", parameters);
        var shown = rows.Take(query.Limit).Select(row => row.ToSummary()).ToList();
        return new TracePage(shown, total, rows.Count > query.Limit ? shown[^1].Id : null);

        void Require(object? value, string condition)
        {
            if (value is not null)
            {
                conditions.Add(condition);
            }
        }
    }

    private static string Where(List<string> conditions) => conditions.Count == 0 ? "" : "WHERE " + string.Join(" AND ", conditions);

    private static string Pattern(string text) =>
        "%" + text.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("%", @"\%", StringComparison.Ordinal).Replace("_", @"\_", StringComparison.Ordinal) + "%";
}

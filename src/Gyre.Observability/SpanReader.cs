using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Gyre.Observability;

/// <summary>Reads finished activities into rows.</summary>
internal static class SpanReader
{
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The row of a request, from its own activity and those under it.</summary>
    public static TraceRow ReadTrace(Activity request, List<SpanRow> parts)
    {
        var tags = new Dictionary<GenAiAttribute, object>();
        foreach (var (name, value) in request.EnumerateTagObjects())
        {
            if (value is not null && GenAiVocabulary.TryFind(name, out var attribute))
            {
                tags[attribute] = value;
            }
        }

        var id = Text(tags, GenAiAttribute.RequestId);
        var spans = new List<SpanRow>(parts.Count + 1) { ReadSpan(request, isRequest: true) };
        spans.AddRange(parts.OrderBy(part => part.StartedAt));
        return new TraceRow
        {
            Id = id.Length > 0 ? id : $"{request.TraceId.ToHexString()}-{request.SpanId.ToHexString()}",
            TraceId = request.TraceId.ToHexString(),
            Operation = Text(tags, GenAiAttribute.OperationName) is { Length: > 0 } operation ? operation : request.OperationName,
            Route = Text(tags, GenAiAttribute.HttpRoute),
            Model = Text(tags, GenAiAttribute.RequestModel),
            ResponseModel = Text(tags, GenAiAttribute.ResponseModel),
            Status = StatusText.Of(Status(request)),
            HttpStatus = (int)Number(tags, GenAiAttribute.HttpStatusCode),
            ErrorType = Text(tags, GenAiAttribute.ErrorType),
            ErrorMessage = Text(tags, GenAiAttribute.ErrorMessage),
            IsStreamed = tags.TryGetValue(GenAiAttribute.RequestStream, out var streamed) && streamed is true,
            StartedAt = Microseconds.From(request.StartTimeUtc),
            Duration = Microseconds.From(request.Duration),
            TimeToFirstToken = tags.TryGetValue(GenAiAttribute.ResponseTimeToFirstChunk, out var wait) && wait is double seconds
                ? Microseconds.From(TimeSpan.FromSeconds(seconds))
                : null,
            InputTokens = (int)Number(tags, GenAiAttribute.UsageInputTokens),
            OutputTokens = (int)Number(tags, GenAiAttribute.UsageOutputTokens),
            CachedTokens = (int)Number(tags, GenAiAttribute.UsageCacheReadInputTokens),
            FinishReasons = tags.TryGetValue(GenAiAttribute.ResponseFinishReasons, out var reasons) && reasons is IEnumerable<string> list ? string.Join(',', list) : "",
            User = Text(tags, GenAiAttribute.UserId),
            Input = Text(tags, GenAiAttribute.InputMessages),
            Output = Text(tags, GenAiAttribute.OutputMessages),
            Spans = [.. spans.Select((span, position) => span with { Position = position })],
        };
    }

    /// <summary>The row of one span; messages are kept on the trace only.</summary>
    public static SpanRow ReadSpan(Activity activity, bool isRequest = false) => new()
    {
        SpanId = activity.SpanId.ToHexString(),
        ParentId = isRequest ? "" : activity.ParentSpanId.ToHexString(),
        Name = activity.DisplayName,
        StartedAt = Microseconds.From(activity.StartTimeUtc),
        Duration = Microseconds.From(activity.Duration),
        Status = StatusText.Of(Status(activity)),
        Attributes = Attributes(activity),
    };

    private static TraceStatus Status(Activity activity) =>
        activity.Status == ActivityStatusCode.Error ? TraceStatus.Error
        : activity.GetTagItem(GenAiAttribute.IsCancelled.Name()) is true ? TraceStatus.Cancelled
        : TraceStatus.Ok;

    private static string Attributes(Activity activity)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, WriterOptions))
        {
            writer.WriteStartObject();
            foreach (var (name, value) in activity.EnumerateTagObjects())
            {
                if (value is null || (GenAiVocabulary.TryFind(name, out var attribute) && attribute is GenAiAttribute.InputMessages or GenAiAttribute.OutputMessages))
                {
                    continue;
                }

                writer.WritePropertyName(name);
                WriteValue(writer, value);
            }

            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    private static void WriteValue(Utf8JsonWriter writer, object value)
    {
        switch (value)
        {
            case bool flag:
                writer.WriteBooleanValue(flag);
                break;
            case int or long or short or byte:
                writer.WriteNumberValue(Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
            case double or float when double.IsFinite(Convert.ToDouble(value, CultureInfo.InvariantCulture)):
                writer.WriteNumberValue(Convert.ToDouble(value, CultureInfo.InvariantCulture));
                break;
            case IEnumerable<string> texts:
                writer.WriteStartArray();
                foreach (var text in texts)
                {
                    writer.WriteStringValue(text);
                }

                writer.WriteEndArray();
                break;
            default:
                writer.WriteStringValue(Convert.ToString(value, CultureInfo.InvariantCulture));
                break;
        }
    }

    private static string Text(Dictionary<GenAiAttribute, object> tags, GenAiAttribute attribute) =>
        tags.TryGetValue(attribute, out var value) ? Convert.ToString(value, CultureInfo.InvariantCulture) ?? "" : "";

    private static long Number(Dictionary<GenAiAttribute, object> tags, GenAiAttribute attribute) =>
        tags.TryGetValue(attribute, out var value) && value is int or long ? Convert.ToInt64(value, CultureInfo.InvariantCulture) : 0;
}

using System.Globalization;
using System.Text.Json;
using Gyre.Observability;

namespace Gyre.Server.Console;

/// <summary>The spans of a trace laid out as bars on one axis.</summary>
/// <param name="Rows">One row a span, the request first.</param>
/// <param name="Hidden">Spans beyond the most rows.</param>
internal sealed record SpanTimeline(IReadOnlyList<SpanTimeline.Row> Rows, int Hidden)
{
    /// <summary>Units of the axis; its pixels are the page's affair.</summary>
    public const int Width = 1000;

    private const int MaxRows = 40;
    private const double LeastLength = 6;

    public static SpanTimeline Of(TraceDetail trace)
    {
        if (trace.Spans.Count == 0)
        {
            return new SpanTimeline([], 0);
        }

        // Several choices run side by side; each one's steps read better together.
        TraceSpan[] spans = [trace.Spans[0], .. trace.Spans.Skip(1).OrderBy(Choice).ThenBy(span => span.StartedAt)];

        // A span may be reported as ending after its request: the axis holds whatever is latest.
        var start = spans.Min(span => span.StartedAt);
        var total = Math.Max(spans.Max(span => (span.StartedAt + span.Duration - start).TotalMilliseconds), double.Epsilon);
        var choices = spans.Select(Choice).Max();
        return new SpanTimeline(
            [.. spans.Take(MaxRows).Select((span, index) => Place(span, index == 0, start, total, choices > 0))],
            Math.Max(0, spans.Length - MaxRows));
    }

    private static Row Place(TraceSpan span, bool isRequest, DateTimeOffset start, double total, bool namesChoices)
    {
        var offset = span.StartedAt - start;
        var length = Math.Clamp(span.Duration.TotalMilliseconds / total * Width, LeastLength, Width);
        var left = Math.Clamp(offset.TotalMilliseconds / total * Width, 0, Width - length);
        var label = isRequest ? "request"
            : namesChoices && Choice(span) is >= 0 and var choice ? $"{span.Name} {choice + 1}"
            : span.Name;
        var kind = isRequest ? "request"
            : span.Name.StartsWith("queue", StringComparison.Ordinal) ? "queue"
            : span.Name is "prompt" or "generation" ? span.Name
            : "other";
        return new Row(span, label, kind, Number(left), Number(length), $"{label}: starts after {TraceText.Duration(offset)}, takes {TraceText.Duration(span.Duration)}");
    }

    private static int Choice(TraceSpan span) =>
        span.Attributes.TryGetValue(GenAiAttribute.ChoiceIndex.Name(), out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var index) ? index : -1;

    private static string Number(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);

    /// <summary>One bar.</summary>
    /// <param name="Span">The span.</param>
    /// <param name="Label">Its name on the page.</param>
    /// <param name="Kind">Its colour: request, queue, prompt, generation or other.</param>
    /// <param name="Left">Where the bar begins, in units of the axis.</param>
    /// <param name="Length">How long it is, in units of the axis.</param>
    /// <param name="Description">The bar in words, for those who do not see it.</param>
    internal sealed record Row(TraceSpan Span, string Label, string Kind, string Left, string Length, string Description);
}

using System.Globalization;
using System.Text.Json;
using Gyre.Observability;
using Gyre.Server.Console;

namespace Gyre.Server.Tests.Console;

public class SpanTimelineTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Bars_lie_where_and_are_as_long_as_their_spans()
    {
        var timeline = SpanTimeline.Of(Trace(("chat gyre", 0, 200, null), ("queue", 20, 30, 0), ("prompt", 50, 50, 0), ("generation", 100, 100, 0)));

        timeline.Rows.Select(row => (row.Label, row.Kind, Number(row.Left), Number(row.Length))).ShouldBe(
        [
            ("request", "request", 0, 1000),
            ("queue", "queue", 100, 150),
            ("prompt", "prompt", 250, 250),
            ("generation", "generation", 500, 500),
        ]);
        timeline.Rows[2].Description.ShouldBe("prompt: starts after 50 ms, takes 50 ms");
    }

    [Fact]
    public void Choices_are_grouped_and_numbered()
    {
        var timeline = SpanTimeline.Of(Trace(
            ("chat gyre", 0, 100, null), ("prompt", 0, 10, 0), ("prompt", 1, 10, 1), ("generation", 10, 50, 0), ("generation", 11, 50, 1)));

        timeline.Rows.Select(row => row.Label).ShouldBe(["request", "prompt 1", "generation 1", "prompt 2", "generation 2"]);
    }

    [Fact]
    public void A_span_too_short_to_see_keeps_a_visible_bar_inside_the_lane()
    {
        var last = SpanTimeline.Of(Trace(("chat gyre", 0, 10_000, null), ("generation", 10_000, 0, 0))).Rows[1];

        Number(last.Length).ShouldBeGreaterThan(0);
        (Number(last.Left) + Number(last.Length)).ShouldBe(SpanTimeline.Width);
    }

    [Fact]
    public void A_span_that_ends_after_its_request_stretches_the_axis()
    {
        var timeline = SpanTimeline.Of(Trace(("chat gyre", 0, 50, null), ("generation", 50, 50, 0)));

        timeline.Rows.Select(row => Number(row.Length)).ShouldBe([500, 500]);
    }

    [Fact]
    public void Beyond_the_most_rows_the_rest_is_counted()
    {
        var spans = Enumerable.Range(0, 128).Select(choice => ("generation", 1, 10, (int?)choice)).Prepend(("chat gyre", 0, 100, null)).ToArray();

        var timeline = SpanTimeline.Of(Trace(spans));

        timeline.Rows.Count.ShouldBe(40);
        timeline.Hidden.ShouldBe(89);
    }

    [Fact]
    public void A_trace_without_spans_or_of_no_length_has_a_timeline_too()
    {
        SpanTimeline.Of(Trace()).Rows.ShouldBeEmpty();
        SpanTimeline.Of(Trace(("chat gyre", 0, 0, null))).Rows.ShouldHaveSingleItem();
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static TraceDetail Trace(params (string Name, int AtMs, int LengthMs, int? Choice)[] spans) => new()
    {
        Summary = new TraceSummary
        {
            Id = "req_1",
            TraceId = new string('a', 32),
            Operation = "chat",
            Route = "/v1/chat/completions",
            Model = "gyre",
            ResponseModel = "gyre",
            Status = TraceStatus.Ok,
            HttpStatus = 200,
            ErrorType = "",
            ErrorMessage = "",
            IsStreamed = false,
            StartedAt = Start,
            Duration = TimeSpan.FromSeconds(1),
            TimeToFirstToken = null,
            InputTokens = 1,
            OutputTokens = 1,
            CachedTokens = 0,
            FinishReasons = [],
            User = "",
        },
        Input = "",
        Output = "",
        Spans = [.. spans.Select(span => new TraceSpan
        {
            SpanId = "",
            ParentId = "",
            Name = span.Name,
            StartedAt = Start.AddMilliseconds(span.AtMs),
            Duration = TimeSpan.FromMilliseconds(span.LengthMs),
            Status = TraceStatus.Ok,
            Attributes = span.Choice is { } choice
                ? new Dictionary<string, JsonElement>(StringComparer.Ordinal) { [GenAiAttribute.ChoiceIndex.Name()] = JsonSerializer.SerializeToElement(choice) }
                : [],
        })],
    };
}

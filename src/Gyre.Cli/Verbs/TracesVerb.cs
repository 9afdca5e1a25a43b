using System.CommandLine;
using System.Globalization;
using Gyre.Observability;
using Gyre.Storage;
using Spectre.Console;

namespace Gyre.Cli.Verbs;

/// <summary><c>gyre traces</c>: what the server was asked, newest first, or one request in full.</summary>
internal sealed class TracesVerb() : Verb("traces", "List the requests a server answered, or show one with its spans.")
{
    /// <summary>Enough of an id to tell requests apart in a list; the beginning of an id finds its request.</summary>
    private const int ShownIdLength = 16;

    private readonly Argument<string?> _id = new("ID") { Description = "A request id: show this one in full.", Arity = ArgumentArity.ZeroOrOne };

    private readonly Option<int> _limit = new("--limit") { Description = "The most to list (1 to 1,000).", HelpName = "N", DefaultValueFactory = _ => 20 };

    private readonly Option<string?> _model = new("--model") { Description = "Only requests for this model.", HelpName = "NAME" };

    private readonly Option<TraceStatus?> _status = new("--status") { Description = "Only requests that ended so.", HelpName = "ok|error|cancelled" };

    private readonly Option<string?> _text = new("--text") { Description = "Only requests whose messages, id or error hold this text.", HelpName = "TEXT" };

    private readonly Option<DateTimeOffset?> _since = new("--since") { Description = "Only requests that arrived at this time or later (ISO 8601).", HelpName = "TIME" };

    private readonly Option<string?> _data = NewDataOption();

    protected override IReadOnlyList<string> Examples =>
    [
        "gyre traces",
        "gyre traces --status error --since 2026-11-21T08:00:00Z --json",
        "gyre traces req_0123456789abcdef0123456789abcdef",
    ];

    protected override void Configure(Command command)
    {
        command.Arguments.Add(_id);
        foreach (var option in new Option[] { _limit, _model, _status, _text, _since, _data })
        {
            command.Options.Add(option);
        }
    }

    protected override async Task<int> RunAsync(ParseResult parse, Terminal terminal, CancellationToken cancellationToken)
    {
        var path = DataFolder.DatabaseOf(DataFolder.Resolve(parse.GetValue(_data)));
        if (!File.Exists(path))
        {
            throw new CliException("CLI0005", $"Reading traces failed: there is no '{path}'; expected the data folder of a server that has run. Start one with 'gyre up', or name its folder with --data.");
        }

        using var database = Database.Open(path, [TraceStore.Migrations()], TimeProvider.System);
        var store = new TraceStore(database);
        return parse.GetValue(_id) is { } id
            ? await ShowAsync(store, id, parse.GetValue(Json), terminal, cancellationToken)
            : await ListAsync(store, parse, terminal, cancellationToken);
    }

    private async Task<int> ListAsync(TraceStore store, ParseResult parse, Terminal terminal, CancellationToken cancellationToken)
    {
        var page = await store.ListAsync(
            new TraceQuery
            {
                Limit = parse.GetValue(_limit),
                Model = parse.GetValue(_model),
                Status = parse.GetValue(_status),
                Text = parse.GetValue(_text),
                Since = parse.GetValue(_since),
            },
            cancellationToken);
        if (parse.GetValue(Json))
        {
            terminal.WriteJson(new { page.Total, page.Next, Traces = page.Traces.Select(ToJson) });
            return ExitCode.Success;
        }

        if (page.Traces.Count == 0)
        {
            await terminal.Output.WriteLineAsync("No requests match.");
            return ExitCode.Success;
        }

        var table = new Table().Border(TableBorder.Simple)
            .AddColumn(new TableColumn("time").NoWrap()).AddColumn(new TableColumn("request").NoWrap()).AddColumn("model").AddColumn(new TableColumn("status").NoWrap())
            .AddColumn(new TableColumn("tokens").RightAligned().NoWrap()).AddColumn(new TableColumn("first").RightAligned().NoWrap()).AddColumn(new TableColumn("total").RightAligned().NoWrap());
        foreach (var trace in page.Traces)
        {
            table.AddRow(
                trace.StartedAt.ToLocalTime().ToString("MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
                trace.Id[..Math.Min(ShownIdLength, trace.Id.Length)],
                Markup.Escape(trace.Model),
                Shown(trace),
                $"{trace.InputTokens} + {trace.OutputTokens}",
                trace.TimeToFirstToken is { } first ? $"{first.TotalMilliseconds:0} ms" : "",
                $"{trace.Duration.TotalMilliseconds:0} ms");
        }

        terminal.Rich.Write(table);
        await terminal.Output.WriteLineAsync($"{page.Traces.Count} of {page.Total}");
        return ExitCode.Success;
    }

    private static async Task<int> ShowAsync(TraceStore store, string id, bool isJson, Terminal terminal, CancellationToken cancellationToken)
    {
        var trace = await FindAsync(store, id, cancellationToken)
            ?? throw new CliException("CLI0006", $"Reading traces failed: no single request of this data folder has an id that is or begins with '{id}'; it may have been removed. 'gyre traces' lists those that are there.");
        if (isJson)
        {
            terminal.WriteJson(new
            {
                Trace = ToJson(trace.Summary),
                Spans = trace.Spans.Select(span => new { span.SpanId, span.ParentId, span.Name, span.StartedAt, DurationMs = span.Duration.TotalMilliseconds, Status = span.Status.ToString().ToLowerInvariant(), span.Attributes }),
                trace.Input,
                trace.Output,
            });
            return ExitCode.Success;
        }

        var summary = trace.Summary;
        var tree = new Tree($"{summary.Id}  {Shown(summary)}  {summary.Duration.TotalMilliseconds:0.0} ms");
        foreach (var span in trace.Spans)
        {
            tree.AddNode(Markup.Escape($"{span.Name,-24} {span.Duration.TotalMilliseconds,9:0.0} ms  +{(span.StartedAt - summary.StartedAt).TotalMilliseconds:0.0} ms"));
        }

        terminal.Rich.Write(tree);
        if (summary.ErrorMessage.Length > 0)
        {
            terminal.Rich.MarkupLineInterpolated($"[red]{summary.ErrorType}[/] {summary.ErrorMessage}");
        }

        await terminal.Output.WriteLineAsync($"in   {trace.Input}");
        await terminal.Output.WriteLineAsync($"out  {trace.Output}");
        return ExitCode.Success;
    }

    /// <summary>The request with this id, or the only one whose id begins with it.</summary>
    private static async Task<TraceDetail?> FindAsync(TraceStore store, string id, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(id, cancellationToken) is { } exact)
        {
            return exact;
        }

        var page = await store.ListAsync(new TraceQuery { Text = id, Limit = 1000 }, cancellationToken);
        var matches = page.Traces.Where(trace => trace.Id.StartsWith(id, StringComparison.Ordinal)).Take(2).ToArray();
        return matches.Length == 1 ? await store.FindAsync(matches[0].Id, cancellationToken) : null;
    }

    private static string Shown(TraceSummary trace) => trace.Status switch
    {
        TraceStatus.Ok => "[green]ok[/]",
        TraceStatus.Cancelled => "[yellow]cancelled[/]",
        _ => "[red]" + Markup.Escape(trace.ErrorType.Length > 0 ? trace.ErrorType : "error") + "[/]",
    };

    private static object ToJson(TraceSummary trace) => new
    {
        trace.Id,
        trace.TraceId,
        trace.Operation,
        trace.Route,
        trace.Model,
        trace.ResponseModel,
        Status = trace.Status.ToString().ToLowerInvariant(),
        trace.HttpStatus,
        trace.ErrorType,
        trace.ErrorMessage,
        trace.IsStreamed,
        trace.StartedAt,
        DurationMs = trace.Duration.TotalMilliseconds,
        TimeToFirstTokenMs = trace.TimeToFirstToken?.TotalMilliseconds,
        trace.InputTokens,
        trace.OutputTokens,
        trace.CachedTokens,
        trace.FinishReasons,
        trace.User,
    };
}

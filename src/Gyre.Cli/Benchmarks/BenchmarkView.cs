using System.Globalization;
using Gyre.Evaluation;
using Gyre.Evaluation.Benchmarks;
using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Statistics;
using Spectre.Console;

namespace Gyre.Cli.Benchmarks;

/// <summary>Runs benchmarks with a progress bar and shows their tables in the terminal.</summary>
internal static class BenchmarkView
{
    /// <summary>Runs; the bar stands on standard error, and only in a terminal.</summary>
    /// <param name="name">What the bar says.</param>
    /// <param name="run">Given a report of name, done and total.</param>
    /// <param name="terminal">Where the bar stands.</param>
    public static async Task<T> RunAsync<T>(string name, Func<Action<string, int, int>, Task<T>> run, Terminal terminal)
        where T : class
    {
        if (Console.IsErrorRedirected)
        {
            return await run((_, _, _) => { });
        }

        T? result = null;
        await terminal.RichError.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(async context =>
            {
                var bar = context.AddTask(Markup.Escape(name));
                result = await run((part, done, total) => (bar.Description, bar.MaxValue, bar.Value) = (Markup.Escape(part), Math.Max(1, total), done));
            });
        return result!; // StartAsync returns only after the run did.
    }

    /// <summary>Values with intervals, subjects, what was left out and why.</summary>
    public static void Print(Terminal terminal, BenchmarkResult result)
    {
        var table = New().AddColumn(Whole($"{Markup.Escape(result.Definition.Name)} · {Markup.Escape(result.Model)}")).AddColumn(Right("value")).AddColumn(Right("95\u00A0%")).AddColumn(Right("items"));
        foreach (var measure in result.Measures)
        {
            Add(table, measure.Measure.Label, measure);
        }

        if (result.Subjects.Count > 0)
        {
            table.AddRow(Markup.Escape(result.Measures[0].Measure.Name) + " by subject");
            foreach (var (subject, measure) in result.Subjects)
            {
                Add(table, "  " + (subject.Length == 0 ? "(none)" : subject), measure);
            }
        }

        terminal.Rich.Write(table);
        terminal.Output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{result.Definition.Title} (version {result.Definition.Version}): {result.Answered} of {result.Outcomes.Count} items, {result.Shots} examples{(result.ByGeneration ? ", answers named by letter" : "")}, {result.Duration.TotalSeconds:0.0} s"));
        foreach (var (reason, count) in result.Undefined)
        {
            terminal.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {count} without a result: {reason}"));
        }
    }

    /// <summary>The number in its unit.</summary>
    public static string Show(double value, MetricForm form) => form.Unit switch
    {
        MetricUnit.Share => string.Create(CultureInfo.InvariantCulture, $"{value * 100:0.0}\u00A0%"),
        MetricUnit.Points => value.ToString("0.00", CultureInfo.InvariantCulture),
        _ => value.ToString("0.###", CultureInfo.InvariantCulture),
    };

    private static void Add(Table table, string name, MeasureResult measure) => table.AddRow(
        Markup.Escape(name) + (measure.Measure.Direction == ScoreDirection.HigherIsBetter ? " ↑" : " ↓"),
        measure.Value.IsDefined ? Show(measure.Value.Number, measure.Form) : "undefined",
        measure.Interval is { } interval ? Range(interval, measure.Form) : measure.Value.IsDefined ? "" : Markup.Escape(measure.Value.Reason.Detail),
        measure.Count.ToString("N0", CultureInfo.InvariantCulture));

    private static string Range(Interval interval, MetricForm form) => form.Unit == MetricUnit.Share
        ? string.Create(CultureInfo.InvariantCulture, $"{interval.Low * 100:0.0}…{interval.High * 100:0.0}").Replace('-', '−')
        : $"{Show(interval.Low, form)}…{Show(interval.High, form)}";

    private static Table New() => new Table().Border(TableBorder.Simple);

    private static TableColumn Right(string head) => new TableColumn(head).RightAligned().Padding(0, 0, 1, 0);

    private static TableColumn Whole(string head) => new TableColumn(head).NoWrap().Padding(0, 0, 1, 0);
}

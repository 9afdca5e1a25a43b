using System.Globalization;
using Gyre.Contracts;
using Gyre.Evaluation.Experiments;
using Gyre.Evaluation.Reports;
using Gyre.Evaluation.Reports.Examples;
using Gyre.Observability;
using Gyre.Registry;
using Gyre.Registry.Experiments;
using Gyre.Server.Experiments;
using Gyre.Server.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Gyre.Server.Console.Experiments;

/// <summary>Answers what is under <c>/experiments</c>: reads the store and the runs' folders, and renders the pages.</summary>
internal sealed class ExperimentPages(ExperimentStore store, RunReading runs, TraceStore traces)
{
    public async Task<IResult> ListAsync(HttpContext context)
    {
        var filter = ExperimentFilter.Read(context.Request.Query);
        Registry.Experiments.ExperimentPage? page = null;
        var failure = await TryAsync(async () => page = await store.ListAsync(filter.ToQuery(), context.RequestAborted));
        return new RazorComponentResult<ExperimentListPage>(new { Filter = filter, Page = page, Problem = failure.Text, ProblemCode = failure.Code }) { StatusCode = failure.Status };
    }

    public async Task<IResult> GetAsync(HttpContext context)
    {
        if (await EntryAsync(context) is not { } entry)
        {
            return NotFound();
        }

        var run = await runs.OpenAsync(entry, context.RequestAborted);
        return new RazorComponentResult<ExperimentDetailPage>(new { Entry = entry, Result = run.Content, run.Problem, ProblemCode = run.Code });
    }

    public async Task<IResult> ExamplesAsync(HttpContext context)
    {
        if (await EntryAsync(context) is not { } entry)
        {
            return NotFound();
        }

        var filter = ExampleFilter.Read(context.Request.Query);
        var run = await runs.OpenAsync(entry, context.RequestAborted);
        RowPage? page = null;
        IReadOnlyList<string> segments = [];
        var failure = run.Content is { } result
            ? await TryAsync(async () => (page, _, segments) = await runs.FindAsync(entry, result, filter.ToQuery(), context.RequestAborted))
            : new Failure(StatusCodes.Status200OK, run.Problem, run.Code);
        return new RazorComponentResult<ExampleListPage>(new
        {
            Entry = entry,
            Filter = filter,
            Result = run.Content,
            Page = page,
            Segments = segments,
            Problem = failure.Text,
            ProblemCode = failure.Code,
            Changed = run.Content is null ? "" : run.Problem,
            ChangedCode = run.Code,
        })
        {
            StatusCode = failure.Status,
        };
    }

    public async Task<IResult> ExampleAsync(HttpContext context)
    {
        if (await EntryAsync(context) is not { } entry)
        {
            return NotFound();
        }

        var back = $"/experiments/{Uri.EscapeDataString(entry.Id)}/examples";
        var run = await runs.OpenAsync(entry, context.RequestAborted);
        if (run.Content is not { } result)
        {
            return Message("The example cannot be shown", $"{run.Problem} ({run.Code})", StatusCodes.Status200OK, ("The experiment", RunText.Link(entry)));
        }

        Example? example = null;
        var number = long.TryParse(context.GetRouteValue("number") as string, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : 0;
        var failure = await TryAsync(async () => example = await runs.RowAsync(entry, result, number, context.RequestAborted));
        if (failure.Text.Length > 0)
        {
            return Message("The example cannot be shown", $"{failure.Text} ({failure.Code})", failure.Status, ("The experiment", RunText.Link(entry)));
        }

        return example is null
            ? Message("No such row", string.Create(CultureInfo.InvariantCulture, $"The experiment has rows 1 to {result.Rows:#,0}."), StatusCodes.Status404NotFound, ("All examples", back))
            : new RazorComponentResult<ExampleDetailPage>(new { Entry = entry, Result = result, Example = example, Traces = await TracesAsync(example, result, context.RequestAborted), Changed = run.Problem, ChangedCode = run.Code });
    }

    public async Task<IResult> CompareAsync(HttpContext context)
    {
        var query = context.Request.Query;
        ExperimentEntry? first = null, second = null;
        JoinedRuns? joined = null;
        var failure = await TryAsync(async () =>
        {
            first = await ChosenAsync("a");
            second = await ChosenAsync("b");
            joined = await runs.JoinAsync(await runs.OpenAsync(first, context.RequestAborted), await runs.OpenAsync(second, context.RequestAborted), query["baseline"].ToString() is { Length: > 0 } baseline ? baseline : null, context.RequestAborted);
        });
        return new RazorComponentResult<ExperimentComparePage>(new { First = first, Second = second, Joined = joined, Problem = failure.Text, ProblemCode = failure.Code }) { StatusCode = failure.Status };

        Task<ExperimentEntry> ChosenAsync(string name) => query[name].ToString() is { Length: > 0 } id
            ? runs.EntryAsync(id, ExperimentKind.Experiment, context.RequestAborted)
            : throw ApiException.Invalid("SRV0112", $"Nothing was chosen for {name.ToUpperInvariant()}; expected two experiments. Choose one in each of the columns A and B of the list.", name);
    }

    private static RazorComponentResult NotFound() => Message(
        "No such experiment", "There is no run of this id: it was never recorded in this data folder, or was forgotten.", StatusCodes.Status404NotFound, ("All experiments", "/experiments"));

    private static RazorComponentResult Message(string title, string text, int status, params (string Label, string Address)[] links) =>
        new RazorComponentResult<MessagePage>(new { Title = title, Text = ReportMarkup.Visible(text), Links = links, Active = "experiments" }) { StatusCode = status };

    /// <summary>Runs what may fail for reasons that a page should tell.</summary>
    private static async Task<Failure> TryAsync(Func<Task> action)
    {
        try
        {
            await action();
            return new Failure(StatusCodes.Status200OK, "", "");
        }
        catch (ApiException error)
        {
            return new Failure(error.Status, error.Message, error.Code ?? "");
        }
        catch (GyreException error)
        {
            return new Failure(RunErrors.TryMap(error)?.Status ?? StatusCodes.Status503ServiceUnavailable, error.Message, error.Code);
        }
    }

    private async Task<ExperimentEntry?> EntryAsync(HttpContext context) =>
        await store.FindAsync(context.GetRouteValue("id") as string ?? "", context.RequestAborted) is { Run.Kind: ExperimentKind.Experiment } entry ? entry : null;

    private async Task<IReadOnlyList<ExampleTrace>> TracesAsync(Example example, ExperimentResult result, CancellationToken cancellationToken)
    {
        var found = new List<ExampleTrace>();
        foreach (var (answer, candidate) in example.Answers.Zip(result.Candidates))
        {
            if (answer.Trace is { } id)
            {
                found.Add(new ExampleTrace(candidate.Name, id, await traces.FindAsync(id, cancellationToken)));
            }
        }

        return found;
    }

    private readonly record struct Failure(int Status, string Text, string Code);
}

using System.Globalization;
using System.Text.Json;
using Gyre.Contracts;
using Gyre.Evaluation.Experiments;
using Gyre.Evaluation.Reports.Examples;
using Gyre.Registry.Experiments;
using Gyre.Server.Experiments;
using Gyre.Server.Http;
using Gyre.Server.Wire;

namespace Gyre.Server.Endpoints;

/// <summary>What is under <c>/api/experiments</c>: recorded runs, their tables and rows, two of them side by side.</summary>
internal sealed class ExperimentsEndpoint(ExperimentStore store, RunReading runs, RunFolders folders)
{
    public Task ListAsync(HttpContext context) => AnswerAsync(context, WireJson.Plain.ExperimentList, async cancellationToken =>
    {
        var query = new QueryText(context.Request.Query, "kind", "name", "dataset_digest", "passed", "before", "limit");
        var page = await store.ListAsync(
            new ExperimentQuery
            {
                Kind = query.Choice<ExperimentKind?>("kind", null, ("experiment", ExperimentKind.Experiment), ("benchmark", ExperimentKind.Benchmark)),
                Name = query.Text("name"),
                DatasetDigest = query.Text("dataset_digest"),
                Passed = query.Flag("passed"),
                Before = query.Text("before"),
                Limit = (int)query.Whole("limit", 50, 1, 1000),
            },
            cancellationToken);
        return new ExperimentList { Data = [.. page.Entries.Select(ExperimentCard.Of)], Total = page.Total, Next = page.Next };
    });

    public Task GetAsync(HttpContext context) => AnswerAsync(context, WireJson.Plain.ExperimentDetail, async cancellationToken =>
    {
        var entry = await store.FindAsync(IdOf(context), cancellationToken) ?? throw RunErrors.NoRun;
        if (entry.Run.Kind == ExperimentKind.Benchmark)
        {
            var benchmark = await runs.OpenBenchmarkAsync(entry, cancellationToken);
            return Detail(benchmark, benchmark.Content?.Raw, benchmark.Content?.Helm is { } helm ? JsonSerializer.SerializeToElement(helm, JsonSerializerOptions.Web) : null);
        }

        var run = await runs.OpenAsync(entry, cancellationToken);
        return Detail(run, run.Content is { } result ? RunReading.Element(result) : null, null);
    });

    public Task ForgetAsync(HttpContext context) => AnswerAsync(context, WireJson.Plain.ExperimentRemoval, async cancellationToken =>
    {
        var id = IdOf(context);
        var entry = await store.FindAsync(id, cancellationToken) ?? throw RunErrors.NoRun;
        if (!await store.ForgetAsync(entry.Id, cancellationToken))
        {
            throw RunErrors.NoRun;
        }

        folders.Forget(entry.Id);
        return new ExperimentRemoval { Id = entry.Id };
    });

    public Task ExamplesAsync(HttpContext context) => AnswerAsync(context, WireJson.Plain.ExampleList, async cancellationToken =>
    {
        var query = new QueryText(context.Request.Query, "show", "candidate", "metric", "segment", "text", "from", "limit");
        var asked = new RowQuery
        {
            Kind = query.Choice("show", RowKind.All, ("all", RowKind.All), ("regressions", RowKind.Regressions), ("gains", RowKind.Gains), ("failed", RowKind.Failed), ("undefined", RowKind.Undefined)),
            Candidate = query.Text("candidate"),
            Metric = query.Text("metric"),
            Segment = query.Text("segment"),
            Text = query.Text("text"),
            From = query.Whole("from", 0, 0, long.MaxValue),
            Take = (int)query.Whole("limit", 20, 1, RowQuery.MostRows),
        };
        var (entry, result) = await ResultAsync(context, cancellationToken);
        var (page, _, _) = await runs.FindAsync(entry, result, asked, cancellationToken);
        return new ExampleList { Data = [.. page.Examples.Select(example => ExampleView.Of(example, result))], Total = page.Total, From = page.From, Looked = page.Looked, Next = page.Next };
    });

    public Task ExampleAsync(HttpContext context) => AnswerAsync(context, WireJson.Plain.ExampleView, async cancellationToken =>
    {
        var number = long.TryParse(context.GetRouteValue("number") as string, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : 0;
        var (entry, result) = await ResultAsync(context, cancellationToken);
        return ExampleView.Of(await runs.RowAsync(entry, result, number, cancellationToken) ?? throw RunErrors.NoRow, result);
    });

    public Task CompareAsync(HttpContext context) => AnswerAsync(context, WireJson.Plain.ExperimentComparisonView, async cancellationToken =>
    {
        var query = new QueryText(context.Request.Query, "a", "b", "baseline");
        var first = await OpenAsync(query, "a", cancellationToken);
        var second = await OpenAsync(query, "b", cancellationToken);
        var joined = await runs.JoinAsync(first, second, query.Text("baseline"), cancellationToken);
        return new ExperimentComparisonView { First = ExperimentCard.Of(first.Entry), Second = ExperimentCard.Of(second.Entry), LeftOut = joined.LeftOut, Result = RunReading.Element(joined.Result) };
    });

    public Task BenchmarksAsync(HttpContext context) => AnswerAsync(context, WireJson.Plain.BenchmarkMatrixView, async cancellationToken =>
    {
        _ = new QueryText(context.Request.Query);
        var matrix = await runs.MatrixAsync(cancellationToken);
        return new BenchmarkMatrixView
        {
            Models = [.. matrix.Models.Select(model => new ExperimentCard.Candidate { Name = model.Name, Digest = model.Digest })],
            Benchmarks = [.. matrix.Lines.Select(line => new BenchmarkMatrixView.Line { Name = line.Name, Version = line.Version, Settings = line.Settings, Runs = [.. matrix.Models.Where(line.Runs.ContainsKey).Select(model => ExperimentCard.Of(line.Runs[model]))] })],
            IsPartial = matrix.IsPartial,
        };
    });

    private static string IdOf(HttpContext context) => context.GetRouteValue("id") as string ?? "";

    private static ExperimentDetail Detail<T>(OpenedRun<T> run, JsonElement? result, JsonElement? helm)
        where T : class => new()
        {
            Run = ExperimentCard.Of(run.Entry),
            State = run.State switch { RunState.Unchanged => "unchanged", RunState.Changed => "changed", RunState.Missing => "missing", _ => "unusable" },
            Problem = run.Problem,
            Result = result,
            Helm = helm,
        };

    private static async Task AnswerAsync<T>(HttpContext context, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type, Func<CancellationToken, Task<T>> answer)
    {
        T value;
        try
        {
            value = await answer(context.RequestAborted);
        }
        catch (GyreException error)
        {
            RunErrors.ThrowMapped(error);
            throw;
        }

        await JsonAnswer.WriteAsync(context, value, type);
    }

    private async Task<(ExperimentEntry Entry, ExperimentResult Result)> ResultAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var run = await runs.OpenAsync(await runs.EntryAsync(IdOf(context), ExperimentKind.Experiment, cancellationToken), cancellationToken);
        return (run.Entry, run.Content ?? throw RunErrors.Unusable(run));
    }

    private async Task<OpenedRun<ExperimentResult>> OpenAsync(QueryText query, string name, CancellationToken cancellationToken)
    {
        var id = query.Text(name) ?? throw ApiException.Invalid("SRV0112", $"Parameter '{name}' is missing; expected the id of a recorded experiment.", name);
        return await runs.OpenAsync(await runs.EntryAsync(id, ExperimentKind.Experiment, cancellationToken), cancellationToken);
    }
}

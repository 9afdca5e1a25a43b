using Gyre.Evaluation.Benchmarks;
using Gyre.Registry.Experiments;
using Gyre.Server.Experiments;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Gyre.Server.Console.Experiments;

/// <summary>Answers what is under <c>/benchmarks</c>.</summary>
internal sealed class BenchmarkPages(ExperimentStore store, RunReading runs)
{
    public async Task<IResult> ListAsync(HttpContext context) =>
        new RazorComponentResult<BenchmarkMatrixPage>(new { Matrix = await runs.MatrixAsync(context.RequestAborted) });

    public async Task<IResult> GetAsync(HttpContext context)
    {
        if (await store.FindAsync(context.GetRouteValue("id") as string ?? "", context.RequestAborted) is not { Run.Kind: ExperimentKind.Benchmark } entry)
        {
            return new RazorComponentResult<MessagePage>(new
            {
                Title = "No such run",
                Text = "There is no run of a benchmark of this id: it was never recorded in this data folder, or was forgotten.",
                Links = new[] { ("All benchmarks", "/benchmarks") },
                Active = "benchmarks",
            })
            {
                StatusCode = StatusCodes.Status404NotFound,
            };
        }

        var run = await runs.OpenBenchmarkAsync(entry, context.RequestAborted);
        return new RazorComponentResult<BenchmarkDetailPage>(new { Entry = entry, File = run.Content, run.Problem, ProblemCode = run.Code, Definition = BenchmarkCatalogue.Find(entry.Run.Name) });
    }
}

using Gyre.Server.Tests.Experiments;
using Gyre.Server.Tests.Fakes;
using Microsoft.Playwright;

namespace Gyre.Server.Tests.Console.Experiments;

/// <summary>Pictures of the pages of experiments and benchmarks, for eyes; as <see cref="ScreenshotTests"/>.</summary>
[Collection(ConsoleCollection.Name)]
public class ExperimentScreenshots(Chromium chromium)
{
    private static readonly PageView[] Views = [new(1280, 1000), new(1280, 1000, IsDark: true), PageView.Phone, PageView.Phone with { IsDark = true }];

    [Fact(Explicit = true)]
    public async Task Picture_the_pages_of_experiments_and_benchmarks()
    {
        await using var server = await TestServer.StartAsync();
        var trace = await TracesOf.AskAsync(server, server.Host.DefaultAlias, "hello");
        var runs = new RecordedRuns(server);
        var entry = await runs.ExperimentAsync(traceOfFirst: trace);
        var other = await runs.ExperimentAsync("tuesday", better: 0.5);
        var benchmark = await runs.BenchmarkAsync("tiny", 0.31, leftOut: 20, hasHelm: true);
        await runs.BenchmarkAsync("a model with a rather long name", 0.5);
        await runs.BenchmarkAsync("another", 0.72, "boolq");
        var hostile = await runs.HostileAsync();
        foreach (var view in Views)
        {
            foreach (var (path, name) in new[]
            {
                ("/experiments", "experiments"), ($"/experiments/{entry.Id}", "experiment"), ($"/experiments/{entry.Id}/examples?show=regressions&candidate=small&metric=exact-match", "examples"),
                ($"/experiments/{entry.Id}/examples/1", "example"), ($"/experiments/compare?a={entry.Id}&b={other.Id}", "compare"), ("/benchmarks", "benchmarks"), ($"/benchmarks/{benchmark.Id}", "benchmark"),
                ($"/experiments/{hostile.Id}/examples/1", "hostile"),
            })
            {
                await chromium.VisitAsync(
                    new Uri(server.Host.Address, path),
                    async page =>
                    {
                        // Pages scroll inside their frame: a tall window shows all of one.
                        var height = await page.EvaluateAsync<int>("Math.max(...[...document.querySelectorAll('.page, main, html')].map(e => e.scrollHeight))");
                        await page.SetViewportSizeAsync(view.Width, Math.Clamp(height + 120, view.Height, 5000));
                        var folder = Environment.GetEnvironmentVariable("GYRE_SCREENSHOTS") is { Length: > 0 } named ? named : Path.Combine(AppContext.BaseDirectory, "screenshots");
                        await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, $"{name}-{view.Width}{(view.IsDark ? "-dark" : "")}.png") });
                    },
                    view);
            }
        }
    }
}

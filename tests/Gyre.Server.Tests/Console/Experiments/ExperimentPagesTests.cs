using Gyre.Server.Tests.Experiments;
using Gyre.Server.Tests.Fakes;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Gyre.Server.Tests.Console.Experiments;

[Collection(ConsoleCollection.Name)]
public class ExperimentPagesTests(Chromium chromium)
{
    [Fact]
    public async Task From_the_list_to_a_regression_and_the_trace_of_its_call()
    {
        await using var server = await TestServer.StartAsync();
        var trace = await TracesOf.AskAsync(server, server.Host.DefaultAlias, "hello");
        var entry = await new RecordedRuns(server).ExperimentAsync(traceOfFirst: trace);

        await chromium.VisitAsync(Address(server, "/experiments"), async page =>
        {
            await Expect(page.Locator(".page-head p")).ToHaveTextAsync("1 run");
            await page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "stylesprint" }).ClickAsync();
            await Expect(page.Locator("h1")).ToHaveTextAsync("stylesprint");
            await Expect(page.Locator(".headline")).ToContainTextAsync("few-shot");
            await Expect(page.Locator("table.metric")).ToHaveCountAsync(2 + 2); // For all rows, and folded for their parts.
            await Expect(page.Locator("figure.pareto")).ToHaveCountAsync(4);
            (await page.Locator("table.metric .whisker").First.EvaluateAsync<double>("line => line.getBoundingClientRect().width")).ShouldBeGreaterThan(5);
            await page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Regressions" }).ClickAsync();
            await page.GetByLabel("Candidate").SelectOptionAsync("small");
            await page.GetByLabel("Metric").SelectOptionAsync("exact-match");
            await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Filter" }).ClickAsync();
            new Uri(page.Url).Query.ShouldContain("show=regressions&candidate=small&metric=exact-match");
            await Expect(page.Locator(".page-head p")).ToContainTextAsync("the largest difference first");
            await Expect(page.Locator(".example").First.Locator(".answer")).ToHaveCountAsync(2);
            await Expect(page.Locator(".example").First.Locator(".tag.bad").First).ToContainTextAsync("▼ −100.0 pp");
            await Expect(page.Locator(".example").First.Locator("mark").First).ToBeVisibleAsync();
            await page.GotoAsync(Address(server, $"/experiments/{entry.Id}/examples/1").ToString());
            await Expect(page.Locator(".call h3")).ToHaveTextAsync(["default", "few-shot"]);
            await Expect(page.Locator(".call").First.Locator(".span-name")).ToHaveTextAsync(["request", "queue", "prompt", "generation"]);
            await Expect(page.Locator(".call").Last).ToContainTextAsync("is not kept any more");
            await page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Open the trace" }).ClickAsync();
            await Expect(page.Locator("h1")).ToHaveTextAsync("Chat with " + server.Host.DefaultAlias);
        });
    }

    [Fact]
    public async Task What_differs_from_the_baseline_is_marked_and_the_answer_stays_itself()
    {
        await using var server = await TestServer.StartAsync();
        var entry = await new RecordedRuns(server).HostileAsync();

        await chromium.VisitAsync(Address(server, $"/experiments/{entry.Id}/examples/1"), async page =>
        {
            await Expect(page.Locator(".answer pre").First).ToHaveTextAsync("plain");
            (await page.Locator(".answer pre").Last.EvaluateAsync<string>("pre => pre.textContent")).ShouldEndWith("\nplain");
            (await page.Locator(".answer pre").Last.Locator("mark").AllInnerTextsAsync()).ShouldNotContain("plain");
        });
    }

    [Fact]
    public async Task Hostile_names_and_texts_are_shown_and_do_nothing()
    {
        await using var server = await TestServer.StartAsync();
        var runs = new RecordedRuns(server);
        var entry = await runs.HostileAsync();
        await runs.BenchmarkAsync(RecordedRuns.Hostile, 0.4, subjects: false);
        var benchmark = (await runs.Store.ListAsync(new() { Limit = 1 }, TestContext.Current.CancellationToken)).Entries[0];

        foreach (var width in new[] { 390, 1280 })
        {
            await chromium.VisitAsync(
                Address(server, "/experiments"),
                async page =>
                {
                    foreach (var path in new[] { "/experiments", $"/experiments/{entry.Id}", $"/experiments/{entry.Id}/examples", $"/experiments/{entry.Id}/examples?text=shalom", $"/experiments/{entry.Id}/examples/1", $"/experiments/compare?a={entry.Id}&b={entry.Id}", "/benchmarks", $"/benchmarks/{benchmark.Id}" })
                    {
                        await page.GotoAsync(Address(server, path).ToString());
                        (await page.Locator("main img, main script").CountAsync()).ShouldBe(0, path);
                        (await page.EvaluateAsync<bool>("window.broken === undefined")).ShouldBeTrue(path);
                        (await ConsoleLayoutTests.OverflowAsync(page)).ShouldBe(0, $"{path} at {width}");
                        (await page.EvaluateAsync<string>("document.title + document.body.innerText")).ShouldNotContain("\u202E", Case.Sensitive, path);
                    }
                },
                new PageView(width, 844));
        }
    }

    [Fact]
    public async Task A_folder_that_was_changed_or_moved_is_told_and_what_was_recorded_stays_in_sight()
    {
        await using var server = await TestServer.StartAsync();
        var entry = await new RecordedRuns(server).ExperimentAsync();
        await File.AppendAllTextAsync(entry.Path, "\n");

        await chromium.VisitAsync(Address(server, $"/experiments/{entry.Id}"), async page =>
        {
            await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("is not the file that was recorded");
            await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("SRV0185");
            await Expect(page.Locator("table.metric").First).ToBeVisibleAsync();
            Directory.Move(entry.Run.Folder, entry.Run.Folder + "-moved");
            await page.ReloadAsync();
            await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("the folder was moved or deleted");
            await Expect(page.Locator("tbody tr")).ToHaveCountAsync(6);
            await page.GotoAsync(Address(server, $"/experiments/{entry.Id}/examples").ToString());
            await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("SRV0184");
        });
    }

    [Fact]
    public async Task Two_runs_are_chosen_in_the_list_and_compared_against_any_candidate()
    {
        await using var server = await TestServer.StartAsync();
        var runs = new RecordedRuns(server);
        await runs.ExperimentAsync("monday");
        await runs.ExperimentAsync("tuesday", better: 0.5);
        await runs.ExperimentAsync("other rows", datasetSeed: 1000);

        await chromium.VisitAsync(
            Address(server, "/experiments"),
            async page =>
            {
                await page.Locator("tr", new PageLocatorOptions { HasText = "monday" }).Locator("[name=a]").CheckAsync();
                await page.Locator("tr", new PageLocatorOptions { HasText = "tuesday" }).Locator("[name=b]").CheckAsync();
                await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Compare A with B" }).ClickAsync();
                await Expect(page.Locator(".side h2")).ToHaveTextAsync(["A: monday", "B: tuesday"]);
                await page.GetByLabel("Compare all with").SelectOptionAsync("few-shot · A");
                await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Compare" }).ClickAsync();
                await Expect(page.Locator("table.metric").First.Locator("tr", new LocatorLocatorOptions { HasText = "few-shot · B" })).ToContainTextAsync("worse");
                await page.GotoAsync(Address(server, "/experiments").ToString());
                await page.Locator("tr", new PageLocatorOptions { HasText = "monday" }).Locator("[name=a]").CheckAsync();
                await page.Locator("tr", new PageLocatorOptions { HasText = "other rows" }).Locator("[name=b]").CheckAsync();
                await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Compare A with B" }).ClickAsync();
                await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("only answers to the same rows can be compared");
                await page.GotoAsync(Address(server, "/experiments/compare").ToString());
                await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("SRV0112");
            },
            view: null,
            "status of 400");
    }

    [Fact]
    public async Task The_matrix_leads_to_a_run_with_its_subjects_dimensions_paper_and_licence()
    {
        await using var server = await TestServer.StartAsync();
        var runs = new RecordedRuns(server);
        await runs.BenchmarkAsync("tiny", 0.31, leftOut: 20, hasHelm: true);
        await runs.BenchmarkAsync("large", 0.82, name: "boolq");

        await chromium.VisitAsync(Address(server, "/benchmarks"), async page =>
        {
            await Expect(page.Locator(".page-head p")).ToHaveTextAsync("2 models on 2 benchmarks");
            await Expect(page.Locator(".matrix tbody tr").First).ToContainTextAsync("100 of 120 items");
            await Expect(page.Locator(".matrix .none")).ToHaveCountAsync(2);
            await page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "31.0 %" }).ClickAsync();
            await Expect(page.Locator("h1")).ToHaveTextAsync("ARC Challenge with tiny");
            await Expect(page.Locator("main")).ToContainTextAsync("20: the question does not fit the context");
            await Expect(page.Locator("#seven + div tbody tr")).ToHaveCountAsync(7);
            await Expect(page.Locator("#seven + div")).ToContainTextAsync("this benchmark has no written answers");
            await Expect(page.Locator("main")).ToContainTextAsync("physics");
            await Expect(page.Locator("main")).ToContainTextAsync("arXiv:1803.05457");
            await Expect(page.Locator("main")).ToContainTextAsync("CC BY-SA 4.0");
        });
    }

    [Theory]
    [InlineData(390, false)]
    [InlineData(390, true)]
    [InlineData(500, false)]
    [InlineData(1280, true)]
    public async Task No_page_is_wider_than_its_window_and_all_have_names_and_headings_in_order(int width, bool isDark)
    {
        await using var server = await TestServer.StartAsync();
        var runs = new RecordedRuns(server);
        var empty = new[] { "/experiments", "/benchmarks" };
        var entry = await runs.ExperimentAsync();
        var other = await runs.ExperimentAsync("tuesday", better: 0.5);
        var benchmark = await runs.BenchmarkAsync("tiny", 0.31, leftOut: 20, hasHelm: true);
        await runs.BenchmarkAsync("a model with a rather long name, to see", 0.5);
        await runs.BenchmarkAsync("another", 0.7, "boolq");

        await chromium.VisitAsync(
            Address(server, "/experiments?name=nothing"),
            async page =>
            {
                foreach (var path in empty.Concat(
                [
                    "/experiments?passed=maybe", $"/experiments/{entry.Id}", $"/experiments/{entry.Id}/examples", $"/experiments/{entry.Id}/examples?show=gains&candidate=few-shot&metric=length",
                    $"/experiments/{entry.Id}/examples?metric=bleu", $"/experiments/{entry.Id}/examples/18", $"/experiments/{entry.Id}/examples/999", $"/experiments/compare?a={entry.Id}&b={other.Id}",
                    $"/benchmarks/{benchmark.Id}", "/benchmarks/none", "/experiments/none",
                ]))
                {
                    await page.GotoAsync(Address(server, path).ToString());
                    (await ConsoleLayoutTests.OverflowAsync(page)).ShouldBe(0, path);
                    (await page.EvaluateAsync<string[]>(ConsoleAccessibilityTests.Stumbles)).ShouldBeEmpty(path);
                    (await page.EvaluateAsync<string[]>(Contrast)).ShouldBeEmpty(path);
                }
            },
            new PageView(width, 844, isDark),
            "status of 400",
            "status of 404");
    }

    [Fact]
    public async Task The_keyboard_reaches_filters_examples_and_their_traces()
    {
        await using var server = await TestServer.StartAsync();
        var entry = await new RecordedRuns(server).ExperimentAsync();

        await chromium.VisitAsync(Address(server, $"/experiments/{entry.Id}/examples?show=failed"), async page =>
        {
            await page.Locator(".skip").FocusAsync();
            await page.Keyboard.PressAsync("Enter");
            var seen = new List<string>();
            for (var i = 0; i < 8; i++)
            {
                await page.Keyboard.PressAsync("Tab");
                seen.Add(await page.EvaluateAsync<string>("(() => { const e = document.activeElement; const style = getComputedStyle(e); return (e.id || e.textContent.trim()) + (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 ? '' : ' (no visible focus)'); })()"));
            }

            seen.ShouldBe(["stylesprint", "filter-show", "filter-candidate", "filter-metric", "filter-segment", "filter-text", "Filter", "Clear"]);
            await page.Keyboard.PressAsync("Tab");
            await page.Keyboard.PressAsync("Enter");
            await Expect(page.Locator("h1")).ToHaveTextAsync("item-17");
        });
    }

    /// <summary>Texts of the page that stand out less than 4.5 : 1 from the ground that is drawn behind them. Source: WCAG 2.2, success criterion 1.4.3.</summary>
    private const string Contrast =
        """
        () => {
          const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
          const colour = (text) => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = text; canvas.fillRect(0, 0, 1, 1); return [...canvas.getImageData(0, 0, 1, 1).data]; };
          const luminance = ([r, g, b]) => [r, g, b].map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4).reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
          const ground = (e) => { const stack = []; for (; e; e = e.parentElement) { const c = colour(getComputedStyle(e).backgroundColor); if (c[3] > 0) { stack.push(c); if (c[3] === 255) break; } }
            return stack.reverse().reduce((below, c) => below.map((v, i) => c[i] * c[3] / 255 + v * (1 - c[3] / 255)), [255, 255, 255]); };
          const found = [];
          for (const e of document.querySelectorAll('main *')) {
            if (!e.checkVisibility({ visibilityProperty: true }) || ![...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())) continue;
            const box = e.getBoundingClientRect();
            if (box.width < 2 || box.height < 2) continue;
            const text = e instanceof SVGElement ? getComputedStyle(e).fill : getComputedStyle(e).color;
            const [high, low] = [luminance(colour(text)), luminance(ground(e))].sort((a, b) => b - a);
            const ratio = (high + 0.05) / (low + 0.05);
            if (ratio < 4.5) found.push(`${ratio.toFixed(2)} ${e.tagName}.${e.getAttribute('class')}: ${e.textContent.trim().slice(0, 40)}`);
          }
          return [...new Set(found)];
        }
        """;

    private static Uri Address(TestServer server, string path) => new(server.Host.Address, path);
}

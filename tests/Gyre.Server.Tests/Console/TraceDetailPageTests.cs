using Gyre.Server.Tests.Fakes;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Gyre.Server.Tests.Console;

[Collection(ConsoleCollection.Name)]
public class TraceDetailPageTests(Chromium chromium)
{
    [Fact]
    public async Task The_chat_leads_to_the_trace_of_its_answer()
    {
        await using var server = await TestServer.StartAsync();

        await chromium.VisitAsync(server.Host.Address, async page =>
        {
            await ChatView.AskAsync(page, "what was said");
            await page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Trace", Exact = true }).ClickAsync();

            (await page.TitleAsync()).ShouldBe($"Chat with {server.Host.DefaultAlias} · Gyre");
            await Expect(page.Locator(".message .text")).ToHaveTextAsync(["what was said", "WHAT WAS SAID"]);
            await Expect(page.Locator(".message .who")).ToHaveTextAsync(["User", "Assistant"]);
            await Expect(page.Locator(".facts")).ToContainTextAsync("Answered");
            await Expect(page.Locator(".facts div").Filter(new LocatorFilterOptions { HasText = "Tokens out" }).Locator("dd")).ToHaveTextAsync("14");
            await Expect(page.Locator(".attributes")).ToContainTextAsync("gen_ai.request.model");
            await page.GoBackAsync();
            await Expect(page.Locator(".turn.assistant .text")).ToHaveTextAsync("WHAT WAS SAID");
        });
    }

    [Fact]
    public async Task The_timeline_draws_every_span_in_its_colour_and_tells_it_in_words()
    {
        await using var server = await TestServer.StartAsync();
        server.Generator.PromptDelay = TimeSpan.FromMilliseconds(30);
        var id = await TracesOf.AskAsync(server, server.Host.DefaultAlias, "hello", more: ""","n":2""");

        await chromium.VisitAsync(Address(server, id), async page =>
        {
            await Expect(page.Locator(".span-name")).ToHaveTextAsync(["request", "queue 1", "prompt 1", "generation 1", "queue 2", "prompt 2", "generation 2"]);
            await Expect(page.Locator(".span-row .number")).ToContainTextAsync(["ms", "1.0 ms", "2.0 ms", "3.0 ms", "1.0 ms", "2.0 ms", "3.0 ms"]);
            var bars = await page.Locator(".bar").EvaluateAllAsync<double[][]>("bars => bars.map(bar => { const box = bar.getBoundingClientRect(), lane = bar.closest('svg').getBoundingClientRect(); return [box.left - lane.left, box.width, lane.width]; })");
            bars[0][1].ShouldBe(bars[0][2], 0.5, "The request's bar fills its lane.");
            bars.ShouldAllBe(bar => bar[1] > 0 && bar[0] >= -0.5 && bar[0] + bar[1] <= bar[2] + 0.5);
            var colours = await page.Locator(".bar").EvaluateAllAsync<string[]>("bars => bars.map(bar => getComputedStyle(bar).fill)");
            colours.Distinct().Count().ShouldBe(4);
            (await page.Locator(".lane").Nth(3).GetAttributeAsync("aria-label")).ShouldNotBeNull().ShouldMatch(@"^generation 1: starts after .* takes 3\.0 ms$");
        });
    }

    [Fact]
    public async Task A_failed_request_shows_its_error_and_what_is_known()
    {
        await using var server = await TestServer.StartAsync();
        server.Generator.FailsAfter = 2;
        var id = await TracesOf.AskAsync(server, server.Host.DefaultAlias, "hello");

        await chromium.VisitAsync(Address(server, id), async page =>
        {
            var notice = page.GetByRole(AriaRole.Alert);
            await Expect(notice).ToContainTextAsync("The request failed");
            await Expect(notice).ToContainTextAsync("not finite numbers");
            await Expect(notice).ToContainTextAsync("RUN0304 · HTTP 500");
            await Expect(page.Locator(".facts .tag")).ToHaveTextAsync("Failed");
        });
    }

    [Fact]
    public async Task Markup_in_messages_and_names_stays_text()
    {
        await using var server = await TestServer.StartAsync();
        var id = await TracesOf.AskAsync(server, "<img src=x onerror=alert(1)>", "<script>alert(1)</script>");

        await chromium.VisitAsync(Address(server, id), async page =>
        {
            await Expect(page.Locator("h1")).ToHaveTextAsync("Chat with <img src=x onerror=alert(1)>");
            await Expect(page.Locator("main img, main script")).ToHaveCountAsync(0);
            await page.GotoAsync(new Uri(server.Host.Address, "/traces").ToString());
            await Expect(page.Locator("main img, main script")).ToHaveCountAsync(0);
        });
    }

    [Fact]
    public async Task Where_contents_are_not_kept_the_page_says_so()
    {
        await using var server = await TestServer.StartAsync(options => options with { StoresContent = false });
        var id = await TracesOf.AskAsync(server, server.Host.DefaultAlias, "hello");

        await chromium.VisitAsync(Address(server, id), async page =>
        {
            await Expect(page.Locator("main")).ToContainTextAsync("the server does not store contents");
            await Expect(page.Locator(".message")).ToHaveCountAsync(0);
        });
    }

    [Fact]
    public async Task An_unknown_id_is_a_page_that_can_look_again()
    {
        await using var server = await TestServer.StartAsync();

        await chromium.VisitAsync(
            Address(server, "req_none"),
            async page =>
            {
                await Expect(page.Locator("h1")).ToHaveTextAsync("No such trace");
                await Expect(page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Look again" })).ToHaveAttributeAsync("href", "/traces/req_none");
                await page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "All traces" }).ClickAsync();
                await Expect(page.Locator("h1")).ToHaveTextAsync("Traces");
            },
            expectedFaults: "status of 404");
    }

    private static Uri Address(TestServer server, string id) => new(server.Host.Address, "/traces/" + id);
}

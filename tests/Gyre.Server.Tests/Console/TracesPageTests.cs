using Gyre.Server.Tests.Fakes;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Gyre.Server.Tests.Console;

[Collection(ConsoleCollection.Name)]
public class TracesPageTests(Chromium chromium)
{
    private const string TwoAliases = """
        default: writer
        aliases:
          writer:
            model: default
          reader:
            model: default
        """;

    [Fact]
    public async Task Without_traces_the_page_says_how_to_make_one_and_the_command_works_as_printed()
    {
        await using var server = await TestServer.StartAsync();

        await chromium.VisitAsync(Address(server), async page =>
        {
            (await page.TitleAsync()).ShouldBe("Traces · Gyre");
            await Expect(page.Locator(".empty h2")).ToHaveTextAsync("No traces yet");
            var command = await page.Locator(".empty pre").InnerTextAsync();
            command.ShouldStartWith($"curl -N {server.Host.Address}v1/chat/completions -H 'content-type: application/json' -d '");
            var json = command[(command.IndexOf("-d '", StringComparison.Ordinal) + 4)..^1];
            (await server.Http.SendJsonAsync("v1/chat/completions", json)).EnsureSuccessStatusCode();
            await TracesOf.WrittenAsync(server, 1);
            await page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Refresh" }).ClickAsync();

            await Expect(page.Locator("tbody tr")).ToHaveCountAsync(1);
        });
    }

    [Fact]
    public async Task The_list_shows_every_request_newest_first_in_local_time()
    {
        await using var server = await TestServer.StartAsync(aliases: TwoAliases);
        await TracesOf.AskAsync(server, "writer", "hello");
        await TracesOf.AskAsync(server, "nobody", "hello");

        await chromium.VisitAsync(Address(server), async page =>
        {
            await Expect(page.Locator(".page-head p")).ToHaveTextAsync("2 requests, newest first");
            var newest = page.Locator("tbody tr").First.Locator("td");
            await Expect(newest).ToContainTextAsync([":", "nobody", "Chat", "Failed", "0", "0", "–", "ms"]);
            await Expect(page.Locator("tbody tr").Last.Locator("td")).ToContainTextAsync([":", "writer", "Chat", "Answered", "5", "6", "ms", "ms"]);
            var time = page.Locator("time").First;
            var utc = DateTimeOffset.Parse((await time.GetAttributeAsync("datetime")).ShouldNotBeNull());
            await Expect(time).ToContainTextAsync(TimeZoneInfo.ConvertTime(utc, TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin")).ToString("HH:mm:ss"));
        });
    }

    [Fact]
    public async Task Filters_are_a_plain_form_whose_address_can_be_kept()
    {
        await using var server = await TestServer.StartAsync(aliases: TwoAliases);
        await TracesOf.AskAsync(server, "writer", "about apples");
        await TracesOf.AskAsync(server, "reader", "about pears");
        await TracesOf.AskAsync(server, "nobody", "about plums");

        await chromium.VisitAsync(Address(server), async page =>
        {
            await page.GetByLabel("Model").SelectOptionAsync("reader");
            await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Filter" }).ClickAsync();
            await Expect(page.Locator("tbody tr")).ToHaveCountAsync(1);
            await Expect(page.Locator("tbody tr")).ToContainTextAsync("reader");
            await Expect(page.GetByLabel("Model")).ToHaveValueAsync("reader");
            new Uri(page.Url).Query.ShouldContain("model=reader");
            await page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Clear" }).ClickAsync();
            await Expect(page.Locator("tbody tr")).ToHaveCountAsync(3);
            await page.GetByLabel("Text").FillAsync("APPLES");
            await page.Keyboard.PressAsync("Enter");
            await Expect(page.Locator("tbody tr")).ToContainTextAsync(["writer"]);
            await page.GotoAsync(new Uri(server.Host.Address, "/traces?status=error&since=1h").ToString());
            await Expect(page.Locator("tbody tr")).ToContainTextAsync(["nobody"]);
            await Expect(page.GetByLabel("Status")).ToHaveValueAsync("error");
            await Expect(page.GetByLabel("Arrived")).ToHaveValueAsync("1h");
            await page.GotoAsync(new Uri(server.Host.Address, "/traces?text=bananas").ToString());
            await Expect(page.Locator(".empty h2")).ToHaveTextAsync("No trace matches");
        });
    }

    [Theory]
    [InlineData("status=lost", "SRV0133", "The status is 'lost'")]
    [InlineData("since=yesterday", "SRV0133", "The time is 'yesterday'")]
    [InlineData("before=req_none", "OBS0002", "before")]
    public async Task A_filter_that_cannot_be_read_is_named_with_its_code(string query, string code, string words)
    {
        await using var server = await TestServer.StartAsync();

        await chromium.VisitAsync(
            new Uri(server.Host.Address, "/traces?" + query),
            async page =>
            {
                var notice = page.GetByRole(AriaRole.Alert);
                await Expect(notice).ToContainTextAsync("The traces cannot be listed");
                await Expect(notice).ToContainTextAsync(words);
                await Expect(notice).ToContainTextAsync(code);
                await page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Show all traces" }).ClickAsync();
                await Expect(page.Locator(".empty h2")).ToHaveTextAsync("No traces yet");
            },
            expectedFaults: "status of 400");
    }

    [Fact]
    public async Task More_than_a_page_can_be_walked_through_with_the_filter_kept()
    {
        await using var server = await TestServer.StartAsync(aliases: TwoAliases);
        await Task.WhenAll(Enumerable.Range(0, 60).Select(number => server.Http.SendJsonAsync(
            "v1/chat/completions",
            $$"""{"model":"{{(number % 12 == 0 ? "reader" : "writer")}}","messages":[{"role":"user","content":"x"}]}""")));
        await TracesOf.WrittenAsync(server, 60);

        await chromium.VisitAsync(new Uri(server.Host.Address, "/traces?model=writer"), async page =>
        {
            await Expect(page.Locator(".page-head p")).ToHaveTextAsync("55 requests, newest first");
            await Expect(page.Locator("tbody tr")).ToHaveCountAsync(50);
            await page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Older" }).ClickAsync();
            await Expect(page.Locator("tbody tr")).ToHaveCountAsync(5);
            await Expect(page.GetByLabel("Model")).ToHaveValueAsync("writer");
            await Expect(page.Locator("[rel=next]")).ToHaveCountAsync(0);
            await page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Newest" }).ClickAsync();
            await Expect(page.Locator("tbody tr")).ToHaveCountAsync(50);
        });
    }

    [Theory]
    [InlineData(390, 844)]
    [InlineData(500, 900)]
    public async Task On_a_narrow_screen_the_rows_fold_and_nothing_hangs_over(int width, int height)
    {
        await using var server = await TestServer.StartAsync();
        await TracesOf.AskAsync(server, server.Host.DefaultAlias, "hello");

        await chromium.VisitAsync(
            Address(server),
            async page =>
            {
                (await ConsoleLayoutTests.OverflowAsync(page)).ShouldBe(0);
                (await page.Locator(".table-wrap").EvaluateAsync<bool>("e => e.scrollWidth > e.clientWidth")).ShouldBeFalse();
                await page.Locator("tbody tr").ClickAsync();
                await Expect(page.Locator("h1")).ToHaveTextAsync("Chat with " + server.Host.DefaultAlias);
                (await ConsoleLayoutTests.OverflowAsync(page)).ShouldBe(0);
            },
            new PageView(width, height));
    }

    private static Uri Address(TestServer server) => new(server.Host.Address, "/traces");
}

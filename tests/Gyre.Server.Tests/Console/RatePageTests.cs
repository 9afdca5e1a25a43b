using System.Text.Json;
using Gyre.Server.Tests.Fakes;
using Gyre.Server.Tests.Ratings;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Gyre.Server.Tests.Console;

[Collection(ConsoleCollection.Name)]
public class RatePageTests(Chromium chromium)
{
    [Fact]
    public async Task Ten_pairs_are_rated_by_keyboard_alone_with_an_undo_between()
    {
        await using var server = await TestServer.StartAsync();
        await RatingsOf.CreatePairsAsync(server, items: 10);

        await chromium.VisitAsync(Address(server), async page =>
        {
            await Expect(page.Locator("#rater")).ToBeFocusedAsync();
            await page.Keyboard.TypeAsync("Ana");
            await page.Keyboard.PressAsync("Enter");
            for (var i = 0; i < 10; i++)
            {
                await Expect(page.Locator("#counts")).ToHaveTextAsync($"{i} rated · {10 - i} to go");
                var isOneLeft = (await page.Locator("#output-0").TextContentAsync())!.StartsWith("One", StringComparison.Ordinal);
                var key = isOneLeft ? "ArrowLeft" : "ArrowRight";
                if (i == 3)
                {
                    key = "ArrowDown";
                }

                await page.Keyboard.PressAsync(key);
                await page.Keyboard.PressAsync(i % 2 == 0 ? "Enter" : key); // The same key again sends too.
                if (i == 3)
                {
                    await Expect(page.Locator("#counts")).ToHaveTextAsync("4 rated · 6 to go");
                    await page.Keyboard.PressAsync("u");
                    await Expect(page.Locator("#counts")).ToHaveTextAsync("3 rated · 7 to go");
                    await Expect(page.Locator("input[value=tie]")).ToBeCheckedAsync();
                    await page.Keyboard.PressAsync("b");
                    await page.Keyboard.PressAsync("Enter");
                }
            }

            await Expect(page.Locator("#done-title")).ToHaveTextAsync("All done");
        });

        var records = (await server.Http.GetStringAsync("api/ratings/tone/export?unblind=true")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        records.Length.ShouldBe(10);
        records.CountBy(record => record.GetProperty("rating_preference").GetString() ?? "").ShouldBe([new("first", 9), new("both_bad", 1)], ignoreOrder: true);
        records.Select(record => record.GetProperty("left").GetString()).Distinct().Count().ShouldBe(2, "Sides were shuffled, and the page sent sides, not outputs.");
        records.Single(record => record.GetProperty("rating_preference").GetString() == "both_bad").GetProperty("revisions").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task A_page_that_is_closed_and_opened_again_goes_on_with_the_same_item_and_the_text_begun()
    {
        await using var server = await TestServer.StartAsync();
        await RatingsOf.CreatePairsAsync(server, items: 5);

        await chromium.VisitAsync(Address(server), async page =>
        {
            await BeginAsync(page);
            await page.Keyboard.PressAsync("ArrowRight");
            await page.Keyboard.PressAsync("Enter");
            await Expect(page.Locator("#counts")).ToHaveTextAsync("1 rated · 4 to go");
            var prompt = await page.Locator("#prompt").TextContentAsync();
            await page.Locator("#comment").FillAsync("the left one is wr");
            await page.GetByLabel("more correct").CheckAsync();
            await Expect(page.Locator("#saved")).ToHaveTextAsync("Kept");
            await page.Locator("#comment").PressSequentiallyAsync("ong");
            var again = await page.Context.NewPageAsync();
            await page.CloseAsync(new PageCloseOptions { RunBeforeUnload = true }); // Within the pause: the page sends what it has as it goes.
            await Task.Delay(300, TestContext.Current.CancellationToken);

            await again.GotoAsync(Address(server).ToString());
            await Expect(again.Locator("#who")).ToContainTextAsync("Ana");
            await Expect(again.Locator("#prompt")).ToHaveTextAsync(prompt!);
            await Expect(again.Locator("#comment")).ToHaveValueAsync("the left one is wrong");
            await Expect(again.Locator("input[value='more correct']")).ToBeCheckedAsync();
            await Expect(again.Locator("#counts")).ToHaveTextAsync("1 rated · 4 to go");
        });
    }

    [Fact]
    public async Task Items_are_skipped_with_a_reason_and_own_ratings_changed_later()
    {
        await using var server = await TestServer.StartAsync();
        await RatingsOf.CreatePairsAsync(server, items: 3);

        await chromium.VisitAsync(Address(server), async page =>
        {
            await BeginAsync(page);
            await page.Keyboard.PressAsync("s");
            await page.Keyboard.TypeAsync("Broken");
            await page.Keyboard.PressAsync("Enter");
            await Expect(page.Locator("#counts")).ToHaveTextAsync("0 rated · 2 to go · 1 skipped");
            await page.Keyboard.PressAsync("ArrowLeft");
            await page.Keyboard.PressAsync("Enter");
            await Expect(page.Locator("#counts")).ToHaveTextAsync("1 rated · 1 to go · 1 skipped");
            await page.Locator("#own-box summary").ClickAsync();
            await Expect(page.Locator("#own li")).ToHaveCountAsync(2);
            await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Change your rating of item 2" }).ClickAsync();
            await Expect(page.Locator("input[value=left]")).ToBeCheckedAsync();
            await page.GetByLabel("Equally good").CheckAsync();
            await page.Locator("#send").ClickAsync();
            await Expect(page.Locator("#counts")).ToHaveTextAsync("1 rated · 1 to go · 1 skipped");
        });

        var export = await server.Http.GetStringAsync("api/ratings/tone/export?unblind=true");
        export.ShouldContain("\"rating_preference\":\"tie\"");
        export.ShouldContain("\"revisions\":1");
    }

    [Fact]
    public async Task Several_questions_are_answered_by_digits_and_none_is_left_out()
    {
        await using var server = await TestServer.StartAsync();
        await CreateSingleAsync(server);

        await chromium.VisitAsync(Address(server), async page =>
        {
            await BeginAsync(page);
            await page.Keyboard.PressAsync("4");
            await page.Keyboard.PressAsync("Enter");
            await Expect(page.Locator("#announce")).ToHaveTextAsync("Not answered yet: Is it true?");
            await page.Keyboard.PressAsync("n");
            await page.Keyboard.PressAsync("2");
            await Expect(page.Locator("input:checked")).ToHaveCountAsync(3);
            await page.Keyboard.PressAsync("Enter");
            await Expect(page.Locator("#counts")).ToHaveTextAsync("1 rated · 1 to go");
        });

        var export = await server.Http.GetStringAsync("api/ratings/tone/export?unblind=true");
        export.ShouldContain("\"rating_quality\":\"4\",\"rating_true\":\"no\",\"rating_voice\":\"cold\"");
    }

    [Fact]
    public async Task Differences_are_marked_and_texts_shown_as_text_in_their_own_direction()
    {
        await using var server = await TestServer.StartAsync();
        await RatingsOf.CreatePairsAsync(server, items: 1, texts: _ => ("One <b>red</b> scarf is warm", "One <b>red</b> hat is cold"));

        await chromium.VisitAsync(Address(server), async page =>
        {
            await BeginAsync(page);
            await Expect(page.Locator("#output-0")).ToContainTextAsync("<b>red</b>");
            await page.Keyboard.PressAsync("d");
            var marks = await page.Locator("mark").AllTextContentsAsync();
            marks.ShouldBe(["scarf", "warm", "hat", "cold"], ignoreOrder: true);
            await Expect(page.Locator("#diff")).ToHaveAttributeAsync("aria-pressed", "true");
            await page.Keyboard.PressAsync("d");
            await Expect(page.Locator("mark")).ToHaveCountAsync(0);
            await page.EvaluateAsync("document.getElementById('output-0').textContent = 'שלום עולם'");
            (await page.EvaluateAsync<string>("getComputedStyle(document.getElementById('output-0')).direction")).ShouldBe("rtl");
        });
    }

    [Fact]
    public async Task Two_long_texts_scroll_together()
    {
        await using var server = await TestServer.StartAsync();
        await RatingsOf.CreatePairsAsync(server, items: 1, texts: _ => (string.Concat(Enumerable.Repeat("One line.\n", 200)), string.Concat(Enumerable.Repeat("Two lines.\n", 400))));

        await chromium.VisitAsync(Address(server), async page =>
        {
            await BeginAsync(page);
            await page.EvaluateAsync("(() => { const box = document.getElementById('output-0'); box.scrollTop = (box.scrollHeight - box.clientHeight) / 2; })()");
            await page.WaitForFunctionAsync("(() => { const box = document.getElementById('output-1'); return Math.abs(box.scrollTop / (box.scrollHeight - box.clientHeight) - 0.5) < 0.01; })()");
        });
    }

    [Fact]
    public async Task A_server_that_is_away_loses_nothing_that_was_said()
    {
        await using var server = await TestServer.StartAsync();
        await RatingsOf.CreatePairsAsync(server, items: 2);

        await chromium.VisitAsync(
            Address(server),
            async page =>
            {
                await BeginAsync(page);
                await page.RouteAsync("**/api/ratings/tone/*", route => route.AbortAsync());
                await page.Keyboard.PressAsync("ArrowLeft");
                await page.Keyboard.PressAsync("Enter");
                await Expect(page.Locator("#problem")).ToContainTextAsync("The server does not answer");
                await Expect(page.Locator("input[value=left]")).ToBeCheckedAsync();
                await page.UnrouteAllAsync();
                await page.Keyboard.PressAsync("Enter");
                await Expect(page.Locator("#counts")).ToHaveTextAsync("1 rated · 1 to go");
                await Expect(page.Locator("#problem")).ToBeHiddenAsync();
            },
            view: null,
            "ERR_FAILED");
    }

    [Theory]
    [InlineData(390, 844)]
    [InlineData(1280, 800)]
    public async Task No_rating_page_is_wider_than_its_window_and_none_makes_a_screen_reader_stumble(int width, int height)
    {
        await using var server = await TestServer.StartAsync();
        await RatingsOf.CreatePairsAsync(server, items: 4, texts: i => (new string('x', 300) + i, string.Concat(Enumerable.Repeat("A long answer. ", 300))));
        await RatingsOf.RateAllAsync(server, "Bo", _ => new { preference = "left" });

        await chromium.VisitAsync(
            Address(server),
            async page =>
            {
                await BeginAsync(page);
                foreach (var path in new[] { "/ratings/tone/rate", "/ratings", "/ratings/tone", "/ratings/tone?results=show", "/ratings/none" })
                {
                    await page.GotoAsync(new Uri(server.Host.Address, path).ToString());
                    await Expect(page.Locator("h1")).ToBeVisibleAsync();
                    if (path.EndsWith("rate", StringComparison.Ordinal))
                    {
                        await Expect(page.Locator("#work")).ToBeVisibleAsync();
                    }

                    (await ConsoleLayoutTests.OverflowAsync(page)).ShouldBe(0, path);
                    (await page.EvaluateAsync<string[]>(ConsoleAccessibilityTests.Stumbles)).ShouldBeEmpty(path);
                }
            },
            new PageView(width, height),
            "status of 404");
    }

    [Fact]
    public async Task Results_stay_hidden_until_somebody_asks_for_them()
    {
        await using var server = await TestServer.StartAsync();
        await RatingsOf.CreatePairsAsync(server, items: 4);

        await chromium.VisitAsync(new Uri(server.Host.Address, "/ratings"), async page =>
        {
            await page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "tone", Exact = true }).ClickAsync();
            await Expect(page.Locator("main")).ToContainTextAsync("Results name the candidates.");
            (await page.ContentAsync()).ShouldNotContain(RatingsOf.First);
            await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Show results and stop rating blind" }).ClickAsync();
            await Expect(page.Locator("main")).ToContainTextAsync(RatingsOf.First);
            await Expect(page.Locator("main")).ToContainTextAsync("these figures will change");
        });
    }

    internal static async Task BeginAsync(IPage page, string rater = "Ana")
    {
        await page.Locator("#rater").FillAsync(rater);
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("#work")).ToBeVisibleAsync();
    }

    internal static Task CreateSingleAsync(TestServer server) => RatingsOf.CreateAsync(
        server,
        "tone",
        """
        "repeats":0,"rubric":{"form":"single","instructions":"Read the question, then the answer.","questions":[
          {"name":"quality","text":"How good is the answer?","definition":"As a shop would send it.","anchors":{"1":"useless","5":"perfect"}},
          {"name":"true","text":"Is it true?","definition":"No fact is wrong.","kind":"yes_no"},
          {"name":"voice","text":"Which voice has it?","definition":"How it sounds to a customer.","labels":["kind","cold"]}]}
        """,
        Enumerable.Range(0, 2).Select(i => (object)new { row = $"r{i}", prompt = $"Question {i}", outputs = new[] { new { candidate = RatingsOf.First, text = $"Answer {i}" } } }));

    private static Uri Address(TestServer server) => new(server.Host.Address, "/ratings/tone/rate");
}

using Gyre.Server.Tests.Fakes;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Gyre.Server.Tests.Console;

[Collection(ConsoleCollection.Name)]
public class ConsoleLayoutTests(Chromium chromium)
{
    [Theory]
    [InlineData(390, 844)]
    [InlineData(500, 900)]
    [InlineData(1280, 800)]
    public async Task A_long_conversation_scrolls_inside_and_the_composer_stays_in_sight(int width, int height)
    {
        await using var server = await TestServer.StartAsync();
        server.Generator.Answer = string.Concat(Enumerable.Repeat("A long answer. ", 200)) + new string('x', 400);

        await chromium.VisitAsync(
            server.Host.Address,
            async page =>
            {
                await ChatView.AskAsync(page, "Tell me all");

                (await OverflowAsync(page)).ShouldBe(0);
                var box = (await page.Locator("#composer").BoundingBoxAsync()).ShouldNotBeNull();
                (box.Y + box.Height).ShouldBeLessThanOrEqualTo(height);
                var head = (await page.Locator(".talk-head h1").BoundingBoxAsync()).ShouldNotBeNull();
                head.Y.ShouldBeGreaterThanOrEqualTo(0);
                (await page.EvaluateAsync<bool>("document.documentElement.scrollHeight > innerHeight")).ShouldBeFalse();
            },
            new PageView(width, height));
    }

    [Fact]
    public async Task On_a_phone_the_settings_are_a_sheet_that_holds_the_keyboard_until_it_is_closed()
    {
        await using var server = await TestServer.StartAsync();

        await chromium.VisitAsync(
            server.Host.Address,
            async page =>
            {
                var panel = page.Locator("#panel");
                var open = page.Locator("#panel-open");
                await Expect(panel).ToBeHiddenAsync();
                await open.ClickAsync();
                await Expect(panel).ToBeVisibleAsync();
                await Expect(open).ToHaveAttributeAsync("aria-expanded", "true");
                await Expect(page.Locator("#panel-close")).ToBeFocusedAsync();
                (await OverflowAsync(page)).ShouldBe(0);
                for (var i = 0; i < 12; i++)
                {
                    await page.Keyboard.PressAsync("Tab");
                    (await page.EvaluateAsync<bool>("document.activeElement === document.body || document.getElementById('panel').contains(document.activeElement)")).ShouldBeTrue();
                }

                await page.Keyboard.PressAsync("Escape");
                await Expect(panel).ToBeHiddenAsync();
                await Expect(open).ToBeFocusedAsync();
                await Expect(open).ToHaveAttributeAsync("aria-expanded", "false");
                await open.ClickAsync();
                await page.Locator("#shade").ClickAsync(new LocatorClickOptions { Position = new Position { X = 5, Y = 300 } });
                await Expect(panel).ToBeHiddenAsync();
                await ChatView.AskAsync(page, "Still usable");
                await Expect(page.Locator(".turn.assistant .text")).ToHaveTextAsync("STILL USABLE");
            },
            PageView.Phone);
    }

    [Fact]
    public async Task A_window_made_wide_while_the_sheet_is_open_leaves_nothing_out_of_reach()
    {
        await using var server = await TestServer.StartAsync();

        await chromium.VisitAsync(
            server.Host.Address,
            async page =>
            {
                await page.Locator("#panel-open").ClickAsync();
                await page.SetViewportSizeAsync(1280, 800);

                await Expect(page.Locator("#shade")).ToBeHiddenAsync();
                await ChatView.AskAsync(page, "hello");
                await Expect(page.Locator(".turn.assistant .text")).ToHaveTextAsync("HELLO");
            },
            PageView.Narrow);
    }

    [Fact]
    public async Task The_theme_follows_the_system_until_one_is_chosen_and_the_choice_stays()
    {
        await using var server = await TestServer.StartAsync();

        await chromium.VisitAsync(
            server.Host.Address,
            async page =>
            {
                var dark = await BackgroundAsync(page);
                await Expect(page.Locator("#theme-label")).ToHaveTextAsync("System theme");
                await page.Locator("#theme").ClickAsync();
                await Expect(page.Locator("#theme-label")).ToHaveTextAsync("Light theme");
                var light = await BackgroundAsync(page);
                light.ShouldNotBe(dark);
                await page.GotoAsync(new Uri(server.Host.Address, "/traces").ToString());
                (await BackgroundAsync(page)).ShouldBe(light);
                await page.Locator("#theme").ClickAsync();
                await Expect(page.Locator("#theme-label")).ToHaveTextAsync("Dark theme");
                (await BackgroundAsync(page)).ShouldBe(dark);
            },
            new PageView(IsDark: true));
    }

    [Fact]
    public async Task The_keyboard_reaches_everything_in_reading_order_and_shows_where_it_is()
    {
        await using var server = await TestServer.StartAsync();

        await chromium.VisitAsync(server.Host.Address, async page =>
        {
            await page.Locator(".skip").FocusAsync();
            var seen = new List<string>();
            for (var i = 0; i < 23; i++)
            {
                await page.Keyboard.PressAsync("Tab");
                seen.Add(await page.EvaluateAsync<string>(
                    """
                    (() => {
                      const e = document.activeElement;
                      const marked = e.id === 'message' ? e.closest('form') : e;
                      const style = getComputedStyle(marked);
                      const isShown = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 || e.id === 'message';
                      return (e.id || e.textContent.trim().split('\n')[0]) + (isShown ? '' : ' (no visible focus)');
                    })()
                    """));
            }

            seen.ShouldBe(
            [
                "Gyre", "Chat", "Traces", "Datasets", "Experiments", "Benchmarks", "Ratings", "theme", "OpenAPI document", "new", "log",
                "Write a description", "Answer from a text", "Extract as JSON", "Ask what it can do", "message", "send",
                "model", "system", "temperature", "top_p", "max_tokens", "seed",
            ]);
        });
    }

    [Fact]
    public async Task The_skip_link_leads_past_the_rail()
    {
        await using var server = await TestServer.StartAsync();

        await chromium.VisitAsync(new Uri(server.Host.Address, "/traces"), async page =>
        {
            await page.Keyboard.PressAsync("Tab");
            await Expect(page.Locator(".skip")).ToBeInViewportAsync();
            await page.Keyboard.PressAsync("Enter");
            await page.Keyboard.PressAsync("Tab");

            (await page.EvaluateAsync<bool>("document.querySelector('main').contains(document.activeElement)")).ShouldBeTrue();
        });
    }

    /// <summary>How many pixels the page is wider than its window.</summary>
    internal static Task<int> OverflowAsync(IPage page) => page.EvaluateAsync<int>("document.documentElement.scrollWidth - innerWidth");

    private static Task<string> BackgroundAsync(IPage page) => page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor");
}

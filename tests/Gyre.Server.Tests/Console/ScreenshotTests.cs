using Gyre.Server.Tests.Fakes;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Gyre.Server.Tests.Console;

/// <summary>
/// Not checks but pictures, for eyes: run with <c>-explicit only</c>. They go to the folder <c>GYRE_SCREENSHOTS</c>,
/// or to <c>screenshots</c> beside the tests.
/// </summary>
[Collection(ConsoleCollection.Name)]
public class ScreenshotTests(Chromium chromium)
{
    private static readonly PageView[] Views =
    [
        new(), new(IsDark: true), PageView.Narrow, PageView.Narrow with { IsDark = true }, PageView.Phone, PageView.Phone with { IsDark = true },
    ];

    [Fact(Explicit = true)]
    public async Task Picture_the_chat_page()
    {
        await using var server = await TestServer.StartAsync();
        server.Generator.Delay = TimeSpan.Zero;
        foreach (var view in Views)
        {
            await chromium.VisitAsync(
                server.Host.Address,
                async page =>
                {
                    await Expect(page.Locator("#status")).ToHaveTextAsync("Ready");
                    await ShootAsync(page, "chat-empty", view);
                    server.Generator.Answer = "Say hello to the Marlow Shirt! It comes in deep navy and is made of washed linen. It is right for warm summer. You will love it.";
                    await ChatView.AskAsync(page, "Write a friendly product description.\nName: Marlow Shirt\nColour: deep navy\nMaterial: washed linen\nSeason: warm summer");
                    server.Generator.Answer = """{"name":"Alder Coat","colour":"dark green","price":"129.00 euros"}""";
                    await ChatView.AskAsync(page, "Extract name, colour, price as JSON.\n\nThis is the Alder Coat. It comes in dark green. It costs 129.00 euros.");
                    await ShootAsync(page, "chat-turns", view);
                    server.Generator.Answer = string.Concat(Enumerable.Repeat("The store in Ashford takes items back within 30 days, and pays the money back within 5 working days. ", 16))
                        + "\n\nTo start it:\n```sh\n./gyre up --port 5080\ncurl -N http://127.0.0.1:5080/v1/chat/completions -H 'content-type: application/json'\n```\nThat is all.";
                    await ChatView.AskAsync(page, "Tell me everything.");
                    await ShootAsync(page, "chat-long", view);
                    server.Generator.Delay = TimeSpan.FromMilliseconds(100);
                    await ChatView.SendAsync(page, "Once more");
                    await Expect(page.Locator(".turn.running .text")).ToContainTextAsync("The store");
                    await ShootAsync(page, "chat-running", view);
                    await page.Keyboard.PressAsync("Escape");
                    await ChatView.AnswerDoneAsync(page);
                    server.Generator.Delay = TimeSpan.Zero;
                    server.Generator.MaxPending = 0;
                    await ChatView.SendAsync(page, "And now?");
                    await Expect(page.Locator(".notice")).ToBeVisibleAsync();
                    await ShootAsync(page, "chat-error", view);
                    server.Generator.MaxPending = int.MaxValue;
                    if (view.Width < 1081)
                    {
                        await page.Locator("#panel-open").ClickAsync();
                        await page.GetByLabel("Temperature").FillAsync("0.3");
                        await ShootAsync(page, "chat-settings", view);
                    }
                },
                view,
                "status of 429");
        }
    }

    private static async Task ShootAsync(IPage page, string name, PageView view)
    {
        var folder = Environment.GetEnvironmentVariable("GYRE_SCREENSHOTS") is { Length: > 0 } named ? named : Path.Combine(AppContext.BaseDirectory, "screenshots");
        await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, $"{name}-{view.Width}{(view.IsDark ? "-dark" : "")}.png") });
    }
}

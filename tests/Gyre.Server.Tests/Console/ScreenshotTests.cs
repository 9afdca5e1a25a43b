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

    [Fact(Explicit = true)]
    public async Task Picture_the_pages_of_traces()
    {
        await using var server = await TestServer.StartAsync();
        var views = Views.Select(view => (view, path: "/traces", name: "traces-empty")).ToList();
        foreach (var (view, path, name) in views)
        {
            await PictureAsync(server, path, name, view);
        }

        server.Generator.Delay = TimeSpan.FromMilliseconds(5);
        server.Generator.PromptDelay = TimeSpan.FromMilliseconds(80);
        server.Generator.Answer = "You can return an item within 30 days.";
        var answered = await TracesOf.AskAsync(server, server.Host.DefaultAlias, "Context:\\nThis is the store in Ashford. You can return items within 30 days.\\n\\nQuestion: How long can I return an item?");
        var choices = await TracesOf.AskAsync(server, server.Host.DefaultAlias, "Hello!", more: ""","n":3,"temperature":0.7,"stop":["END","."],"seed":7""");
        server.Generator.FailsAfter = 5;
        var failed = await TracesOf.AskAsync(server, server.Host.DefaultAlias, "Hello!");
        await TracesOf.AskAsync(server, "no-such-model", "Hello!");
        server.Generator.FailsAfter = null;
        for (var i = 0; i < 8; i++)
        {
            await TracesOf.AskAsync(server, server.Host.DefaultAlias, "Hello!");
        }

        foreach (var view in Views)
        {
            await PictureAsync(server, "/traces", "traces", view);
            await PictureAsync(server, "/traces?status=error&since=24h", "traces-filtered", view);
            await PictureAsync(server, "/traces?status=lost", "traces-error", view);
            await PictureAsync(server, "/traces/" + answered, "trace", view);
            await PictureAsync(server, "/traces/" + choices, "trace-choices", view);
            await PictureAsync(server, "/traces/" + failed, "trace-failed", view);
            await PictureAsync(server, "/nowhere", "not-found", view);
        }
    }

    private Task PictureAsync(TestServer server, string path, string name, PageView view) => chromium.VisitAsync(
        new Uri(server.Host.Address, path),
        async page =>
        {
            await Expect(page.Locator("#status")).ToHaveTextAsync("Ready");
            await ShootAsync(page, name, view);
        },
        view,
        "status of 4");

    private static async Task ShootAsync(IPage page, string name, PageView view)
    {
        var folder = Environment.GetEnvironmentVariable("GYRE_SCREENSHOTS") is { Length: > 0 } named ? named : Path.Combine(AppContext.BaseDirectory, "screenshots");
        await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, $"{name}-{view.Width}{(view.IsDark ? "-dark" : "")}.png") });
    }
}

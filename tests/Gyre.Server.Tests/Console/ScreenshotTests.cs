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

    [Fact(Explicit = true)]
    public async Task Picture_the_pages_of_ratings()
    {
        await using var server = await TestServer.StartAsync();
        foreach (var view in Views)
        {
            await PictureAsync(server, "/ratings", "ratings-empty", view);
        }

        await Ratings.RatingsOf.CreatePairsAsync(server, items: 24, repeats: 0.2, name: "tone", texts: i => (
            $"The Marlow Shirt comes in deep navy. It is made of washed linen and right for warm summer days. It costs {40 + i}.90 euros.",
            i == 0 ? "قميص مارلو باللون الأزرق الداكن، مصنوع من الكتان المغسول." : $"Meet the Marlow Shirt in deep navy: washed linen, light and cool, made for warm summer evenings. Yours for {40 + i}.90 euros.\n\nWear it open over a plain shirt, or buttoned with light trousers. Wash it cold."));
        await Ratings.RatingsOf.RateAllAsync(server, "Bo", assignment => new { preference = Ratings.RatingsOf.Left(assignment).Length % 3 == 0 ? "left" : "right" });
        await Ratings.RatingsOf.RateAllAsync(server, "Cy", assignment => new { preference = Ratings.RatingsOf.Left(assignment).StartsWith("The", StringComparison.Ordinal) ? "right" : "left" });
        await Ratings.RatingsOf.CreatePairsAsync(server, items: 24, raters: 30, name: "tone-of-voice", texts: i => (
            "The Marlow Shirt comes in deep navy. It is made of washed linen and right for warm summer days. It costs 49.90 euros.",
            "Meet the Marlow Shirt in deep navy: washed linen, light and cool, made for warm summer evenings. Yours for 49.90 euros.\n\nWear it open over a plain shirt, or buttoned with light trousers. Wash it cold."));
        await Ratings.RatingsOf.CreateAsync(
            server,
            "single",
            """
            "repeats":0,"raters":30,"rubric":{"form":"single","instructions":"Read the question, then the answer.","reasons":["too long","wrong fact","wrong tone"],"questions":[
              {"name":"quality","text":"How good is the answer?","definition":"A good answer does what was asked, is right and is pleasant to read.","anchors":{"1":"useless","2":"mostly fails","3":"usable with work","4":"good","5":"could not be better"}},
              {"name":"true","text":"Is it true?","definition":"No fact in it is wrong.","kind":"yes_no"},
              {"name":"voice","text":"Which voice has it?","definition":"How it sounds to a customer.","labels":["kind","matter of fact","cold"]}]}
            """,
            Enumerable.Range(0, 6).Select(i => (object)new { row = $"r{i}", prompt = "How long can I return an item?", context = "Items may be returned within 30 days, unworn, with the receipt.", reference = "30 days.", outputs = new[] { new { candidate = "plain", text = "You can return an item within 30 days, unworn and with its receipt." } } }));
        foreach (var view in Views)
        {
            await PictureAsync(server, "/ratings", "ratings", view);
            await PictureAsync(server, "/ratings/tone", "ratings-overview", view);
            await PictureAsync(server, "/ratings/tone?results=show", "ratings-results", view, isWhole: true);
            await PictureAsync(server, "/ratings/single/rate", "rate-join", view);
            foreach (var (name, keys) in new[] { ("tone-of-voice", new[] { "d", "ArrowRight" }), ("single", ["4", "y"]) })
            {
                await chromium.VisitAsync(
                    new Uri(server.Host.Address, $"/ratings/{name}/rate"),
                    async page =>
                    {
                        await RatePageTests.BeginAsync(page, $"Ana {view.Width}");
                        await Expect(page.Locator("#status")).ToHaveTextAsync("Ready");
                        await ShootAsync(page, "rate-" + name, view);
                        foreach (var key in keys)
                        {
                            await page.Keyboard.PressAsync(key);
                        }

                        await ShootAsync(page, $"rate-{name}-chosen", view, isWhole: true);
                        await page.Keyboard.PressAsync("?");
                        await ShootAsync(page, $"rate-{name}-keys", view);
                    },
                    view);
            }
        }
    }

    private Task PictureAsync(TestServer server, string path, string name, PageView view, bool isWhole = false) => chromium.VisitAsync(
        new Uri(server.Host.Address, path),
        async page =>
        {
            await Expect(page.Locator("#status")).ToHaveTextAsync("Ready");
            await ShootAsync(page, name, view, isWhole);
        },
        view,
        "status of 4");

    private static async Task ShootAsync(IPage page, string name, PageView view, bool isWhole = false)
    {
        if (isWhole)
        {
            // The content scrolls inside its frame: the window is made as high as it is.
            var height = await page.EvaluateAsync<int>("Math.ceil(innerHeight + Math.max(0, ...[...document.querySelectorAll('.page, main')].map(e => e.scrollHeight - e.clientHeight)))");
            await page.SetViewportSizeAsync(view.Width, height);
        }

        var folder = Environment.GetEnvironmentVariable("GYRE_SCREENSHOTS") is { Length: > 0 } named ? named : Path.Combine(AppContext.BaseDirectory, "screenshots");
        await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, $"{name}-{view.Width}{(view.IsDark ? "-dark" : "")}.png") });
    }
}

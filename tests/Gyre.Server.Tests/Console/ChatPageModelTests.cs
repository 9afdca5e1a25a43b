using Gyre.Models.Catalog;
using Gyre.Server.Hosting;
using Gyre.Tensors.Threading;
using Gyre.TestSupport;
using static Microsoft.Playwright.Assertions;

namespace Gyre.Server.Tests.Console;

/// <summary>The chat with a real, small model behind it: nothing between page and weights is a stand-in.</summary>
[Collection(ConsoleCollection.Name)]
public class ChatPageModelTests(Chromium chromium)
{
    [Fact]
    public async Task A_real_model_answers_in_the_page_and_leaves_its_trace()
    {
        var model = TestData.Require("models/stories260K/derived-hf");
        var folder = Directory.CreateTempSubdirectory("gyre-console-").FullName;
        try
        {
            using var team = new ThreadTeam(1);
            var loader = new ModelLoader(team, TimeProvider.System);
            await using var host = GyreHost.Create(new GyreHostOptions
            {
                DataFolder = folder,
                Port = 0,
                DefaultModel = model,
                OpenModel = (path, cancellationToken) => loader.LoadAsync(ModelFolder.Open(path), "stories260K", cancellationToken),
                LogsToConsole = false,
            });
            await host.StartAsync(TestContext.Current.CancellationToken);

            // Until then the page is told 503, as it should be.
            (await host.WaitForDefaultModelAsync(TestContext.Current.CancellationToken)).ShouldBeNull();
            await chromium.VisitAsync(host.Address, async page =>
            {
                await Expect(page.Locator("#status")).ToHaveTextAsync("Ready");
                await page.GetByLabel("Temperature").FillAsync("0");
                await page.GetByLabel("Token limit").FillAsync("40");
                await ChatView.AskAsync(page, "Once upon a time, there was a little girl named Lily.");

                var answer = await page.Locator(".turn.assistant .text").InnerTextAsync();
                answer.Length.ShouldBeGreaterThan(40);
                answer.Split(' ').Count(word => word is "she" or "She" or "the" or "to" or "was" or "and").ShouldBeGreaterThan(2, "A story is made of words: " + answer);
                await Expect(page.Locator(".turn.assistant .meta")).ToContainTextAsync("40 tokens");
                await Expect(page.Locator(".turn.assistant .meta")).ToContainTextAsync("tokens/s");
                await Expect(page.Locator(".turn.assistant .meta")).ToContainTextAsync("cut at the token limit");
                await page.Locator(".turn.assistant .meta a").ClickAsync();
                await Expect(page.Locator(".message.answer .text")).ToHaveTextAsync(answer.Trim());
                await Expect(page.Locator(".facts")).ToContainTextAsync("stories260K");
                await Expect(page.Locator(".span-name")).ToHaveTextAsync(["request", "queue", "prompt", "generation"]);
            });
            await host.StopAsync(TestContext.Current.CancellationToken);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}

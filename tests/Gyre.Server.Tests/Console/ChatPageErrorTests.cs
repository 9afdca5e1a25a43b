using Gyre.Server.Tests.Fakes;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Gyre.Server.Tests.Console;

[Collection(ConsoleCollection.Name)]
public class ChatPageErrorTests(Chromium chromium)
{
    [Fact]
    public async Task A_refused_request_shows_the_servers_words_and_code_and_can_be_edited()
    {
        await using var server = await TestServer.StartAsync();

        await chromium.VisitAsync(
            server.Host.Address,
            async page =>
            {
                await page.GetByLabel("Token limit").FillAsync("0");
                await ChatView.SendAsync(page, "hello");

                var notice = page.GetByRole(AriaRole.Alert);
                await Expect(notice).ToContainTextAsync("The request was refused");
                await Expect(notice).ToContainTextAsync("max_tokens");
                (await notice.Locator(".notice-facts").InnerTextAsync()).ShouldMatch(@"^HTTP 400 · SRV\d{4}$");
                await Expect(page.Locator(".turn.assistant")).ToHaveCountAsync(0);
                await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Edit the message" }).ClickAsync();
                await Expect(page.Locator("#message")).ToHaveValueAsync("hello");
                await Expect(page.Locator("#message")).ToBeFocusedAsync();
                await Expect(page.Locator(".turn")).ToHaveCountAsync(0);
                await Expect(page.Locator("#welcome")).ToBeVisibleAsync();
            },
            expectedFaults: "status of 400");
    }

    [Fact]
    public async Task A_busy_server_is_told_apart_and_trying_again_succeeds()
    {
        await using var server = await TestServer.StartAsync();
        server.Generator.MaxPending = 0;

        await chromium.VisitAsync(
            server.Host.Address,
            async page =>
            {
                await ChatView.SendAsync(page, "hello");
                await Expect(page.Locator(".notice strong")).ToHaveTextAsync("The server is busy");
                await Expect(page.Locator(".notice-facts")).ToContainTextAsync("HTTP 429");
                server.Generator.MaxPending = 1;
                await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Try again" }).ClickAsync();

                await Expect(page.Locator(".turn.assistant .text")).ToHaveTextAsync("HELLO");
                await Expect(page.Locator(".notice")).ToHaveCountAsync(0);
                await Expect(page.Locator(".turn")).ToHaveCountAsync(2);
            },
            expectedFaults: "status of 429");
    }

    [Fact]
    public async Task An_answer_that_fails_halfway_keeps_what_came_and_says_why()
    {
        await using var server = await TestServer.StartAsync();
        server.Generator.FailsAfter = 3;

        await chromium.VisitAsync(server.Host.Address, async page =>
        {
            await ChatView.SendAsync(page, "hello");
            await Expect(page.Locator(".notice strong")).ToHaveTextAsync("The answer broke off");
            await Expect(page.Locator(".notice")).ToContainTextAsync("RUN0304");
            await Expect(page.Locator(".turn.assistant .text")).ToHaveTextAsync("HEL");
            server.Generator.FailsAfter = null;
            await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Try again" }).ClickAsync();

            await Expect(page.Locator(".turn.assistant .text")).ToHaveTextAsync("HELLO");
            await Expect(page.Locator(".turn")).ToHaveCountAsync(2);
        });
    }

    [Fact]
    public async Task A_server_that_is_gone_is_told_with_how_to_start_it()
    {
        await using var server = await TestServer.StartAsync(options => options with { DrainTimeout = TimeSpan.FromMilliseconds(100) });

        await chromium.VisitAsync(
            server.Host.Address,
            async page =>
            {
                await Expect(page.Locator("#status")).ToHaveTextAsync("Ready");
                await server.Host.StopAsync();
                await ChatView.SendAsync(page, "hello");

                await Expect(page.Locator(".notice strong")).ToHaveTextAsync("No connection to the server");
                await Expect(page.Locator(".notice")).ToContainTextAsync("./gyre up");
                await Expect(page.Locator("#send")).ToBeVisibleAsync();
            },
            view: null,
            "ERR_CONNECTION_REFUSED",
            "status of 503");
    }

    [Fact]
    public async Task A_server_that_goes_away_during_an_answer_leaves_the_text_and_a_notice()
    {
        await using var server = await TestServer.StartAsync(options => options with { DrainTimeout = TimeSpan.FromMilliseconds(100) });
        server.Generator.Answer = new string('x', 2000);
        server.Generator.Delay = TimeSpan.FromMilliseconds(25);

        await chromium.VisitAsync(
            server.Host.Address,
            async page =>
            {
                await ChatView.SendAsync(page, "hello");
                await Expect(page.Locator(".turn.assistant .text")).ToContainTextAsync("xxx");
                await server.Host.StopAsync();

                await Expect(page.Locator(".notice strong")).ToHaveTextAsync("The answer broke off");
                await Expect(page.Locator(".turn.assistant .text")).ToContainTextAsync("xxx");
                await ChatView.AnswerDoneAsync(page);
            },
            view: null,
            "ERR_CONNECTION_REFUSED",
            "ERR_INCOMPLETE_CHUNKED_ENCODING",
            "ERR_CONNECTION_RESET");
    }

    [Fact]
    public async Task A_message_after_a_failed_one_is_sent_without_it()
    {
        await using var server = await TestServer.StartAsync();
        server.Generator.MaxPending = 0;

        await chromium.VisitAsync(
            server.Host.Address,
            async page =>
            {
                await ChatView.SendAsync(page, "lost");
                await Expect(page.Locator(".notice")).ToBeVisibleAsync();
                server.Generator.MaxPending = 1;
                var body = ChatPageTests.Body(await page.RunAndWaitForRequestAsync(() => ChatView.SendAsync(page, "next"), "**/v1/chat/completions"));
                await ChatView.AnswerDoneAsync(page);

                body.GetProperty("messages").GetRawText().ShouldBe("""[{"role":"user","content":"next"}]""");
                await Expect(page.Locator(".turn.user")).ToHaveCountAsync(2);
            },
            expectedFaults: "status of 429");
    }
}

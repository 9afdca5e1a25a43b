using Gyre.Server.Tests.Fakes;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Gyre.Server.Tests.Console;

[Collection(ConsoleCollection.Name)]
public class ChatPageConversationTests(Chromium chromium)
{
    [Fact]
    public async Task Every_turn_goes_into_the_next_request()
    {
        await using var server = await TestServer.StartAsync();

        await chromium.VisitAsync(server.Host.Address, async page =>
        {
            await ChatView.AskAsync(page, "one");
            var body = ChatPageTests.Body(await page.RunAndWaitForRequestAsync(() => ChatView.SendAsync(page, "two"), "**/v1/chat/completions"));
            await ChatView.AnswerDoneAsync(page);

            body.GetProperty("messages").GetRawText().ShouldBe(
                """[{"role":"user","content":"one"},{"role":"assistant","content":"ONE"},{"role":"user","content":"two"}]""");
        });
    }

    [Fact]
    public async Task A_reload_keeps_conversation_measurements_and_settings()
    {
        await using var server = await TestServer.StartAsync();

        await chromium.VisitAsync(server.Host.Address, async page =>
        {
            await page.GetByLabel("Temperature").FillAsync("0.15");
            await page.GetByLabel("Seed").FillAsync("11");
            await ChatView.AskAsync(page, "hello there");
            var before = await page.Locator("#turns").InnerTextAsync();
            await page.ReloadAsync();

            await Expect(page.Locator(".turn")).ToHaveCountAsync(2);
            (await page.Locator("#turns").InnerTextAsync()).ShouldBe(before);
            before.ShouldContain("HELLO THERE");
            before.ShouldContain("tokens");
            await Expect(page.Locator("#temperature-value")).ToHaveTextAsync("0.15");
            await Expect(page.Locator("#seed")).ToHaveValueAsync("11");
            await Expect(page.Locator("#welcome")).ToBeHiddenAsync();
        });
    }

    [Fact]
    public async Task A_reload_in_the_middle_of_an_answer_offers_to_ask_again()
    {
        await using var server = await TestServer.StartAsync();
        server.Generator.Delay = TimeSpan.FromSeconds(1);

        await chromium.VisitAsync(server.Host.Address, async page =>
        {
            await ChatView.SendAsync(page, "hi");
            await Expect(page.Locator(".turn.running")).ToHaveCountAsync(1);
            await page.ReloadAsync();
            await Expect(page.Locator(".notice")).ToContainTextAsync("No answer yet");
            server.Generator.Delay = TimeSpan.Zero;
            await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Try again" }).ClickAsync();

            await Expect(page.Locator(".turn.assistant .text")).ToHaveTextAsync("HI");
            await Expect(page.Locator(".notice")).ToHaveCountAsync(0);
        });
    }

    [Fact]
    public async Task A_new_chat_is_empty_also_after_a_reload()
    {
        await using var server = await TestServer.StartAsync();

        await chromium.VisitAsync(server.Host.Address, async page =>
        {
            await ChatView.AskAsync(page, "hello");
            await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "New chat" }).ClickAsync();
            await Expect(page.Locator(".turn")).ToHaveCountAsync(0);
            await Expect(page.Locator("#welcome")).ToBeVisibleAsync();
            await Expect(page.Locator("#message")).ToBeFocusedAsync();
            await page.ReloadAsync();

            await Expect(page.Locator("#welcome")).ToBeVisibleAsync();
            await Expect(page.Locator(".turn")).ToHaveCountAsync(0);
        });
    }

    /// <summary>Guards against the aborted answer of the old chat being added to the new one.</summary>
    [Fact]
    public async Task A_new_chat_during_an_answer_leaves_nothing_of_it_behind()
    {
        await using var server = await TestServer.StartAsync();
        server.Generator.Answer = new string('x', 2000);
        server.Generator.Delay = TimeSpan.FromMilliseconds(25);

        await chromium.VisitAsync(server.Host.Address, async page =>
        {
            await ChatView.SendAsync(page, "old");
            await Expect(page.Locator(".turn.assistant .text")).ToContainTextAsync("xx");
            await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "New chat" }).ClickAsync();
            await Eventually.TrueAsync(() => server.Generator.Running == 0);
            server.Generator.Answer = null;
            server.Generator.Delay = TimeSpan.Zero;
            var body = ChatPageTests.Body(await page.RunAndWaitForRequestAsync(() => ChatView.SendAsync(page, "new"), "**/v1/chat/completions"));

            body.GetProperty("messages").GetRawText().ShouldBe("""[{"role":"user","content":"new"}]""");
            await Expect(page.Locator(".turn.assistant .text")).ToHaveTextAsync("NEW");
            await Expect(page.Locator(".turn")).ToHaveCountAsync(2);
        });
    }

    [Fact]
    public async Task An_exchange_stopped_before_its_first_word_is_not_sent_again()
    {
        await using var server = await TestServer.StartAsync();
        server.Generator.PromptDelay = TimeSpan.FromMinutes(1);

        await chromium.VisitAsync(server.Host.Address, async page =>
        {
            await ChatView.SendAsync(page, "never mind");
            await Eventually.TrueAsync(() => server.Generator.Running == 1);
            await page.Keyboard.PressAsync("Escape");
            await ChatView.AnswerDoneAsync(page);
            server.Generator.PromptDelay = TimeSpan.Zero;
            var body = ChatPageTests.Body(await page.RunAndWaitForRequestAsync(() => ChatView.SendAsync(page, "hello"), "**/v1/chat/completions"));
            await ChatView.AnswerDoneAsync(page);

            body.GetProperty("messages").GetRawText().ShouldBe("""[{"role":"user","content":"hello"}]""");
        });
    }

    [Fact]
    public async Task The_view_follows_a_long_answer_unless_the_reader_scrolled_up()
    {
        await using var server = await TestServer.StartAsync();
        server.Generator.Answer = string.Join('\n', Enumerable.Range(0, 80).Select(number => $"{number}"));
        server.Generator.Delay = TimeSpan.FromMilliseconds(5);

        await chromium.VisitAsync(server.Host.Address, async page =>
        {
            await ChatView.AskAsync(page, "Count");
            (await LeftBelowAsync(page)).ShouldBeLessThan(48);
            await ChatView.SendAsync(page, "Again");
            await Expect(page.Locator(".turn.assistant").Last).ToContainTextAsync("30");
            await page.Locator("#log").EvaluateAsync("log => log.scrollTop = 0");
            await ChatView.AnswerDoneAsync(page);

            (await page.Locator("#log").EvaluateAsync<double>("log => log.scrollTop")).ShouldBe(0);
        });
    }

    private static Task<double> LeftBelowAsync(IPage page) =>
        page.Locator("#log").EvaluateAsync<double>("log => log.scrollHeight - log.scrollTop - log.clientHeight");
}

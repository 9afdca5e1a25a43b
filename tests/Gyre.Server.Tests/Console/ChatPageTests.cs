using System.Text.Json;
using Gyre.Server.Tests.Fakes;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Gyre.Server.Tests.Console;

[Collection(ConsoleCollection.Name)]
public class ChatPageTests(Chromium chromium)
{
    private const string TwoAliases = """
        default: store-writer
        aliases:
          store-writer:
            model: default
            description: Writes for the shop.
            system: You write for a shop.
            parameters:
              temperature: 0.3
              max_tokens: 500
          plain:
            model: default
        """;

    [Fact]
    public async Task An_empty_chat_says_what_to_do_and_offers_four_beginnings()
    {
        await using var server = await TestServer.StartAsync();

        await chromium.VisitAsync(server.Host.Address, async page =>
        {
            (await page.TitleAsync()).ShouldBe("Chat · Gyre");
            await Expect(page.Locator("#welcome h2")).ToHaveTextAsync("Ask the model something");
            await Expect(page.Locator(".suggestion")).ToHaveCountAsync(4);
            await Expect(page.Locator("#message")).ToBeFocusedAsync();
            await Expect(page.Locator("#status")).ToHaveTextAsync("Ready");
        });
    }

    [Fact]
    public async Task A_suggestion_sends_its_whole_prompt()
    {
        await using var server = await TestServer.StartAsync();

        await chromium.VisitAsync(server.Host.Address, async page =>
        {
            var request = await page.RunAndWaitForRequestAsync(
                () => page.Locator(".suggestion").Filter(new LocatorFilterOptions { HasText = "Answer from a text" }).ClickAsync(),
                "**/v1/chat/completions");

            var content = Body(request).GetProperty("messages")[0].GetProperty("content").GetString()!;
            content.ShouldStartWith("Context:\n");
            content.ShouldEndWith("How long can I return an item?");
            await ChatView.AnswerDoneAsync(page);
            await Expect(page.Locator("#welcome")).ToBeHiddenAsync();
        });
    }

    [Fact]
    public async Task The_answer_grows_while_the_model_writes_it()
    {
        await using var server = await TestServer.StartAsync();
        server.Generator.Answer = "one two three four five six seven eight nine ten";
        server.Generator.Delay = TimeSpan.FromMilliseconds(25);

        await chromium.VisitAsync(server.Host.Address, async page =>
        {
            await ChatView.SendAsync(page, "Count");
            var answer = page.Locator(".turn.assistant .text");
            var lengths = new SortedSet<int>();
            while (await page.Locator(".turn.running").CountAsync() > 0)
            {
                lengths.Add((await answer.InnerTextAsync()).Length);
            }

            lengths.Count(length => length > 0 && length < server.Generator.Answer.Length).ShouldBeGreaterThan(3);
            await Expect(answer).ToHaveTextAsync(server.Generator.Answer);
        });
    }

    [Fact]
    public async Task A_finished_answer_shows_its_tokens_speed_first_token_and_trace()
    {
        await using var server = await TestServer.StartAsync();
        server.Generator.Answer = "abcdefghij";
        server.Generator.PromptDelay = TimeSpan.FromMilliseconds(300);
        server.Generator.Delay = TimeSpan.FromMilliseconds(20);

        await chromium.VisitAsync(server.Host.Address, async page =>
        {
            await ChatView.AskAsync(page, "Spell");

            var meta = page.Locator(".turn.assistant .meta");
            await Expect(meta).ToContainTextAsync("11 tokens");
            var facts = await meta.Locator("span").AllInnerTextsAsync();
            var first = facts.Single(fact => fact.StartsWith("first token ", StringComparison.Ordinal)).Split(' ');
            (double.Parse(first[2]) * (first[3] == "s" ? 1000 : 1)).ShouldBeInRange(300, 10_000);
            var speed = facts.Single(fact => fact.EndsWith(" tokens/s", StringComparison.Ordinal)).Split(' ');
            double.Parse(speed[0]).ShouldBeInRange(0.5, 70, "Ten waits of 20 ms allow about 50 tokens a second.");
            (await meta.Locator("a").GetAttributeAsync("href")).ShouldNotBeNull().ShouldStartWith("/traces/req");
        });
    }

    [Theory]
    [InlineData("the button")]
    [InlineData("Escape")]
    public async Task Stop_ends_the_answer_keeps_what_came_and_frees_the_server(string way)
    {
        await using var server = await TestServer.StartAsync();
        server.Generator.Answer = new string('x', 2000);
        server.Generator.Delay = TimeSpan.FromMilliseconds(25);

        await chromium.VisitAsync(server.Host.Address, async page =>
        {
            await ChatView.SendAsync(page, "Go on for long");
            await Expect(page.Locator(".turn.assistant .text")).ToContainTextAsync("xxx");
            await Expect(page.Locator("#send")).ToBeHiddenAsync();
            if (way == "Escape")
            {
                await page.Keyboard.PressAsync("Escape");
            }
            else
            {
                await page.Locator("#stop").ClickAsync();
            }

            await ChatView.AnswerDoneAsync(page);
            await Expect(page.Locator(".turn.assistant .meta")).ToContainTextAsync("stopped by you");
            (await page.Locator(".turn.assistant .text").InnerTextAsync()).Length.ShouldBeInRange(3, 1999);
            await Expect(page.Locator("#message")).ToBeFocusedAsync();
            await Eventually.TrueAsync(() => server.Generator.Running == 0);
        });
    }

    [Fact]
    public async Task The_chosen_model_and_parameters_reach_the_request()
    {
        await using var server = await TestServer.StartAsync(aliases: TwoAliases);

        await chromium.VisitAsync(server.Host.Address, async page =>
        {
            await page.Locator("#model").SelectOptionAsync("plain");
            await page.GetByLabel("System prompt").FillAsync("Be brief.");
            await page.GetByLabel("Temperature").FillAsync("1.25");
            await page.GetByLabel("Top-p").FillAsync("0.85");
            await page.GetByLabel("Token limit").FillAsync("17");
            await page.GetByLabel("Seed").FillAsync("7");
            await Expect(page.Locator("#temperature-value")).ToHaveTextAsync("1.25");
            var body = Body(await page.RunAndWaitForRequestAsync(() => ChatView.SendAsync(page, "Hello"), "**/v1/chat/completions"));
            await ChatView.AnswerDoneAsync(page);

            body.GetProperty("model").GetString().ShouldBe("plain");
            body.GetProperty("messages").GetRawText().ShouldBe("""[{"role":"system","content":"Be brief."},{"role":"user","content":"Hello"}]""");
            body.GetProperty("temperature").GetDouble().ShouldBe(1.25);
            body.GetProperty("top_p").GetDouble().ShouldBe(0.85);
            body.GetProperty("max_tokens").GetInt32().ShouldBe(17);
            body.GetProperty("seed").GetInt32().ShouldBe(7);
            var seen = server.Generator.Seen.ShouldHaveSingleItem();
            (seen.Temperature, seen.TopP, seen.MaxTokens, seen.Seed).ShouldBe((1.25f, 0.85f, 17, 7UL));
            await Expect(page.Locator(".turn.assistant .who")).ToHaveTextAsync("plain");
        });
    }

    [Fact]
    public async Task What_is_left_alone_is_not_sent_and_shows_the_models_own_values()
    {
        await using var server = await TestServer.StartAsync(aliases: TwoAliases);

        await chromium.VisitAsync(server.Host.Address, async page =>
        {
            await Expect(page.Locator("#model-note")).ToHaveTextAsync("Writes for the shop.");
            await Expect(page.Locator("#temperature-value")).ToHaveTextAsync("0.30");
            await Expect(page.Locator("#max_tokens")).ToHaveAttributeAsync("placeholder", "500");
            await Expect(page.Locator("#system")).ToHaveAttributeAsync("placeholder", "You write for a shop.");
            var body = Body(await page.RunAndWaitForRequestAsync(() => ChatView.SendAsync(page, "Hello"), "**/v1/chat/completions"));
            await ChatView.AnswerDoneAsync(page);

            body.EnumerateObject().Select(property => property.Name).ShouldBe(["model", "messages", "stream", "stream_options"]);
            server.Generator.Seen.ShouldHaveSingleItem().Temperature.ShouldBe(0.3f);
            await page.Locator("#model").SelectOptionAsync("plain");
            await Expect(page.Locator("#model-note")).ToBeHiddenAsync();
            await Expect(page.Locator("#temperature-value")).ToHaveTextAsync("1.00");
        });
    }

    [Fact]
    public async Task Reset_gives_the_parameters_back_to_the_model()
    {
        await using var server = await TestServer.StartAsync(aliases: TwoAliases);

        await chromium.VisitAsync(server.Host.Address, async page =>
        {
            await Expect(page.Locator("#defaults")).ToBeHiddenAsync();
            await page.GetByLabel("Temperature").FillAsync("1.5");
            await page.GetByLabel("Seed").FillAsync("3");
            await page.Locator("#defaults").ClickAsync();

            await Expect(page.Locator("#temperature-value")).ToHaveTextAsync("0.30");
            await Expect(page.Locator("#seed")).ToHaveValueAsync("");
            await Expect(page.Locator("#defaults")).ToBeHiddenAsync();
        });
    }

    [Fact]
    public async Task Enter_sends_and_Shift_Enter_breaks_the_line()
    {
        await using var server = await TestServer.StartAsync();

        await chromium.VisitAsync(server.Host.Address, async page =>
        {
            await page.Keyboard.TypeAsync("first");
            await page.Keyboard.PressAsync("Shift+Enter");
            await page.Keyboard.TypeAsync("second");
            await Expect(page.Locator("#message")).ToHaveValueAsync("first\nsecond");
            await Expect(page.Locator(".turn")).ToHaveCountAsync(0);
            await page.Keyboard.PressAsync("Enter");

            await Expect(page.Locator(".turn.user .text")).ToHaveTextAsync("first\nsecond");
            await Expect(page.Locator("#message")).ToHaveValueAsync("");
            await ChatView.AnswerDoneAsync(page);
        });
    }

    [Fact]
    public async Task Slash_goes_to_the_message_box_but_is_typed_inside_a_field()
    {
        await using var server = await TestServer.StartAsync();

        await chromium.VisitAsync(server.Host.Address, async page =>
        {
            await page.Locator("#new").FocusAsync();
            await page.Keyboard.PressAsync("/");
            await Expect(page.Locator("#message")).ToBeFocusedAsync();
            await Expect(page.Locator("#message")).ToHaveValueAsync("");
            await page.Keyboard.PressAsync("/");
            await Expect(page.Locator("#message")).ToHaveValueAsync("/");
        });
    }

    [Fact]
    public async Task Code_and_JSON_stand_in_a_code_box_and_markup_stays_text()
    {
        await using var server = await TestServer.StartAsync();

        await chromium.VisitAsync(server.Host.Address, async page =>
        {
            server.Generator.Answer = """{"name":"Alder Coat"}""";
            await ChatView.AskAsync(page, "JSON");
            await Expect(page.Locator(".turn.assistant pre")).ToHaveTextAsync(server.Generator.Answer);
            server.Generator.Answer = "Run this:\n```sh\n./gyre up <b>\n```\nThen look.";
            await ChatView.AskAsync(page, "Code");

            var last = page.Locator(".turn.assistant").Last;
            await Expect(last.Locator("pre")).ToHaveTextAsync("./gyre up <b>");
            await Expect(last.Locator("p")).ToHaveTextAsync(["Run this:", "Then look."]);
            await Expect(last.Locator("b")).ToHaveCountAsync(0);
        });
    }

    internal static JsonElement Body(IRequest request)
    {
        using var document = JsonDocument.Parse(request.PostData.ShouldNotBeNull());
        return document.RootElement.Clone();
    }
}

using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Gyre.Server.Tests.Console;

/// <summary>What a person does on the chat page.</summary>
internal static class ChatView
{
    public static async Task SendAsync(IPage page, string text)
    {
        await page.GetByLabel("Message", new PageGetByLabelOptions { Exact = true }).FillAsync(text);
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Send" }).ClickAsync();
    }

    /// <summary>Sends and waits until the answer is complete.</summary>
    public static async Task AskAsync(IPage page, string text)
    {
        await SendAsync(page, text);
        await AnswerDoneAsync(page);
    }

    public static async Task AnswerDoneAsync(IPage page)
    {
        await Expect(page.Locator(".turn.running")).ToHaveCountAsync(0);
        await Expect(page.Locator("#send")).ToBeVisibleAsync();
    }
}

using Gyre.Server.Tests.Fakes;
using Microsoft.Playwright;

namespace Gyre.Server.Tests.Console;

[Collection(ConsoleCollection.Name)]
public class ConsoleAccessibilityTests(Chromium chromium)
{
    /// <summary>
    /// Text and the ground it stands on, by colour role. Source: WCAG 2.2, success criterion 1.4.3, and its definition of
    /// relative luminance and contrast ratio.
    /// </summary>
    private const string Contrasts =
        """
        () => {
          const style = getComputedStyle(document.documentElement);
          const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
          const luminance = (role) => {
            canvas.clearRect(0, 0, 1, 1);
            canvas.fillStyle = style.getPropertyValue(role).trim();
            canvas.fillRect(0, 0, 1, 1);
            const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
            return 0.2126 * r + 0.7152 * g + 0.0722 * b;
          };
          const pairs = [
            ['--ink', '--bg'], ['--ink', '--surface'], ['--ink', '--sunken'], ['--ink', '--accent-soft'], ['--ink', '--bad-soft'],
            ['--muted', '--bg'], ['--muted', '--surface'], ['--muted', '--sunken'],
            ['--accent', '--bg'], ['--accent', '--surface'], ['--accent', '--accent-soft'], ['--accent-ink', '--accent'],
            ['--bad', '--bad-soft'], ['--bad', '--surface'],
          ];
          return pairs.map(([text, ground]) => {
            const [high, low] = [luminance(text), luminance(ground)].sort((a, b) => b - a);
            return `${text} on ${ground}: ${((high + 0.05) / (low + 0.05)).toFixed(2)}`;
          });
        }
        """;

    /// <summary>What a screen reader would stumble over: controls without a name, ids twice, skipped headings, no main landmark.</summary>
    internal const string Stumbles =
        """
        () => {
          const found = [];
          const visible = (e) => e.checkVisibility({ visibilityProperty: true });
          for (const e of document.querySelectorAll('button, a, input, select, textarea')) {
            const label = e.getAttribute('aria-label') || [...(e.labels ?? [])].map(l => l.textContent).join(' ') || e.textContent;
            if (visible(e) && label.trim() === '') found.push('no name: ' + e.outerHTML.slice(0, 120));
            if (e.tagName === 'A' && !e.getAttribute('href')) found.push('no address: ' + e.outerHTML.slice(0, 120));
          }
          const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
          for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) found.push('twice: #' + id);
          for (const e of document.querySelectorAll('[aria-labelledby], [aria-describedby], [aria-controls]'))
            for (const name of ['aria-labelledby', 'aria-describedby', 'aria-controls'])
              if (e.hasAttribute(name) && !document.getElementById(e.getAttribute(name))) found.push(`${name} leads nowhere: ${e.getAttribute(name)}`);
          const levels = [...document.querySelectorAll('h1, h2, h3')].filter(visible).map(e => Number(e.tagName[1]));
          if (levels.filter(level => level === 1).length !== 1) found.push('headings of level 1: ' + levels.filter(level => level === 1).length);
          levels.forEach((level, i) => { if (i > 0 && level > levels[i - 1] + 1) found.push('skipped heading level before number ' + (i + 1)); });
          if (document.querySelectorAll('main').length !== 1) found.push('main landmarks: ' + document.querySelectorAll('main').length);
          if (!document.documentElement.lang) found.push('no language');
          for (const e of document.querySelectorAll('svg')) if (!e.getAttribute('aria-hidden') && !e.getAttribute('aria-label')) found.push('unnamed picture');
          for (const e of document.querySelectorAll('[style]')) if (e.id !== 'message') found.push('inline style: ' + e.outerHTML.slice(0, 120));
          return found;
        }
        """;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Text_stands_out_from_its_ground_in_both_themes(bool isDark)
    {
        await using var server = await TestServer.StartAsync();

        await chromium.VisitAsync(
            server.Host.Address,
            async page =>
            {
                var pairs = await page.EvaluateAsync<string[]>(Contrasts);

                pairs.Length.ShouldBe(14);
                pairs.Where(pair => double.Parse(pair[(pair.LastIndexOf(' ') + 1)..]) < 4.5).ShouldBeEmpty();
            },
            new PageView(IsDark: isDark));
    }

    [Fact]
    public async Task Every_page_has_names_landmarks_and_headings_in_order()
    {
        await using var server = await TestServer.StartAsync();

        await chromium.VisitAsync(
            server.Host.Address,
            async page =>
            {
                (await page.EvaluateAsync<string[]>(Stumbles)).ShouldBeEmpty("empty chat");
                await ChatView.AskAsync(page, "hello");
                (await page.EvaluateAsync<string[]>(Stumbles)).ShouldBeEmpty("chat");
                var trace = (await page.Locator(".turn.assistant .meta a").GetAttributeAsync("href")).ShouldNotBeNull();
                foreach (var path in new[] { trace, "/traces", "/traces?text=nothing-has-this", "/traces/none", "/nowhere" })
                {
                    await page.GotoAsync(new Uri(server.Host.Address, path).ToString());
                    (await page.EvaluateAsync<string[]>(Stumbles)).ShouldBeEmpty(path);
                }
            },
            view: null,
            "status of 404");
    }

    [Fact]
    public async Task An_answer_is_announced_once_it_is_complete_and_an_error_at_once()
    {
        await using var server = await TestServer.StartAsync();

        await chromium.VisitAsync(
            server.Host.Address,
            async page =>
            {
                await ChatView.AskAsync(page, "hello");
                await Assertions.Expect(page.Locator("[aria-live=polite]")).ToHaveTextAsync(server.Host.DefaultAlias + " answered: HELLO");
                server.Generator.MaxPending = 0;
                await ChatView.SendAsync(page, "again");
                await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("The server is busy");
            },
            expectedFaults: "status of 429");
    }
}

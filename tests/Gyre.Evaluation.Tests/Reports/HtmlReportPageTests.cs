using Gyre.Server.Tests.Console;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Gyre.Evaluation.Tests.Reports;

/// <summary>The page in a browser. Each visit also fails on any script error, refused request or violated content policy.</summary>
public sealed class HtmlReportPageTests(ReportPage report) : IClassFixture<ReportPage>
{
    /// <summary>
    /// Text and pictures against the ground they stand on, as drawn. Source: WCAG 2.2, success criteria 1.4.3 (4.5 for text) and
    /// 1.4.11 (3 for what must be seen of pictures), and its definitions of relative luminance and contrast ratio.
    /// </summary>
    private const string Contrasts =
        """
        () => {
          const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
          const paint = (colours) => {
            canvas.clearRect(0, 0, 1, 1);
            for (const colour of colours) { canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1); }
            return [...canvas.getImageData(0, 0, 1, 1).data];
          };
          const grounds = (e) => {
            const found = [];
            for (let at = e; at; at = at.parentElement) found.unshift(getComputedStyle(at).backgroundColor);
            return found;
          };
          const luminance = ([r, g, b]) => {
            const [x, y, z] = [r, g, b].map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
            return 0.2126 * x + 0.7152 * y + 0.0722 * z;
          };
          const faint = new Set();
          let measured = 0;
          const check = (e, colour, least, what) => {
            const ground = grounds(e);
            const [high, low] = [luminance(paint([...ground, colour])), luminance(paint(ground))].sort((a, b) => b - a);
            const ratio = (high + 0.05) / (low + 0.05);
            measured++;
            if (ratio < least) faint.add(`${what} ${e.tagName}.${e.getAttribute('class')}: ${ratio.toFixed(2)}`);
          };
          for (const details of document.querySelectorAll('details')) details.open = true;
          const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          while (walker.nextNode()) {
            const e = walker.currentNode.parentElement;
            if (walker.currentNode.data.trim() === '' || !e.checkVisibility() || e.closest('script, style, title, option')) continue;
            check(e, e.closest('svg') ? getComputedStyle(e).fill : getComputedStyle(e).color, 4.5, 'text');
          }
          for (const e of document.querySelectorAll('svg .bar')) check(e, getComputedStyle(e).fill, 3, 'bar');
          for (const e of document.querySelectorAll('svg .zero, svg .whisker, svg .point, svg .front')) check(e, getComputedStyle(e).stroke, 3, 'line');
          return [`${measured > 200}`, ...faint];
        }
        """;

    /// <summary>What a screen reader would stumble over.</summary>
    private const string Stumbles =
        """
        () => {
          const found = [];
          for (const details of document.querySelectorAll('details')) details.open = true;
          const visible = (e) => e.checkVisibility({ visibilityProperty: true });
          for (const e of document.querySelectorAll('button, a, input, select, summary')) {
            const label = e.getAttribute('aria-label') || [...(e.labels ?? [])].map(l => l.textContent).join(' ') || e.textContent;
            if (visible(e) && label.trim() === '') found.push('no name: ' + e.outerHTML.slice(0, 120));
          }
          const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
          for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) found.push('twice: #' + id);
          for (const e of document.querySelectorAll('[aria-labelledby]')) if (!document.getElementById(e.getAttribute('aria-labelledby'))) found.push('leads nowhere: ' + e.getAttribute('aria-labelledby'));
          const levels = [...document.querySelectorAll('h1, h2, h3, h4')].filter(visible).map(e => Number(e.tagName[1]));
          if (levels.filter(level => level === 1).length !== 1) found.push('headings of level 1');
          levels.forEach((level, i) => { if (i > 0 && level > levels[i - 1] + 1) found.push('skipped heading level before number ' + (i + 1)); });
          if (document.querySelectorAll('main').length !== 1 || !document.documentElement.lang) found.push('landmark or language');
          for (const e of document.querySelectorAll('svg')) if (!e.getAttribute('aria-hidden') && !e.getAttribute('aria-label')) found.push('unnamed picture');
          for (const e of document.querySelectorAll('th')) if (visible(e) && !e.getAttribute('scope')) found.push('heading cell without scope');
          return found;
        }
        """;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task Text_and_pictures_stand_out_from_their_ground_in_both_themes(bool isDark) => report.VisitAsync(
        report.Four,
        async page => (await page.EvaluateAsync<string[]>(Contrasts)).ShouldBe(["true"]),
        new PageView(IsDark: isDark));

    [Fact]
    public async Task Names_headings_and_landmarks_are_in_order()
    {
        foreach (var folder in new[] { report.Four, report.Single, report.Hostile })
        {
            await report.VisitAsync(folder, async page => (await page.EvaluateAsync<string[]>(Stumbles)).ShouldBeEmpty(folder));
        }
    }

    [Theory]
    [InlineData(320)]
    [InlineData(390)]
    [InlineData(760)]
    [InlineData(1280)]
    public async Task The_page_is_never_wider_than_its_window(int width)
    {
        foreach (var folder in new[] { report.Four, report.Single, report.Hostile })
        {
            await report.VisitAsync(
                folder,
                async page =>
                {
                    await page.EvaluateAsync("() => { for (const details of document.querySelectorAll('details')) details.open = true; }");
                    (await page.EvaluateAsync<int>("document.documentElement.scrollWidth - innerWidth")).ShouldBe(0, folder);
                },
                new PageView(width, 800));
        }
    }

    [Fact]
    public Task Hostile_text_runs_nothing_and_turns_nothing_around() => report.VisitAsync(report.Hostile, async page =>
    {
        (await page.EvaluateAsync<bool>("window.broken === undefined")).ShouldBeTrue();
        (await page.Locator("script").CountAsync()).ShouldBe(1);
        (await page.Locator("img").CountAsync()).ShouldBe(0);
        (await page.Locator("h1").TextContentAsync()).ShouldBe("stylesprint");
        await page.Locator(".example summary").First.ClickAsync();
        await Expect(page.Locator(".example pre").First).ToContainTextAsync("</script><script>window.broken=1</script>");
        await Expect(page.Locator(".example pre").First).ToContainTextAsync("⟨U+202E⟩שלום");
    });

    [Fact]
    public Task Filters_leave_what_fits_and_say_how_many() => report.VisitAsync(report.Four, async page =>
    {
        var shown = page.Locator(".example:visible");
        var all = await shown.CountAsync();
        await Expect(page.Locator("#filter-count")).ToHaveTextAsync($"{all} of {all}");
        await page.Locator("#filter-kind").SelectOptionAsync("regression");
        await page.Locator("#filter-candidate").SelectOptionAsync(["small"]);
        var left = await shown.CountAsync();
        left.ShouldBeInRange(1, all - 1);
        (await page.Locator(".example:visible .tag.bad").AllTextContentsAsync()).ShouldContain(text => text.Contains("small", StringComparison.Ordinal));
        await page.Locator("#filter-text").FillAsync("no row says this");
        await Expect(page.Locator("#example-none")).ToBeVisibleAsync();
        await Expect(page.Locator("#filter-count")).ToHaveTextAsync($"0 of {all}");
        await page.Locator("#filter-text").FillAsync("the model is away");
        await page.Locator("#filter-kind").SelectOptionAsync("");
        await page.Locator("#filter-candidate").SelectOptionAsync("");
        (await shown.CountAsync()).ShouldBe(3);
    });

    [Fact]
    public Task The_keyboard_opens_examples_and_shows_where_it_is() => report.VisitAsync(report.Four, async page =>
    {
        await page.Keyboard.PressAsync("Tab");
        await Expect(page.Locator(".skip")).ToBeInViewportAsync();
        await page.Locator("#toggle").FocusAsync();
        await page.Keyboard.PressAsync("Tab");
        (await page.EvaluateAsync<bool>("document.activeElement.matches('.example:first-child summary') && parseFloat(getComputedStyle(document.activeElement).outlineWidth) >= 2")).ShouldBeTrue();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator(".example[open]")).ToHaveCountAsync(1);
        await page.Locator("#toggle").PressAsync("Enter");
        await Expect(page.Locator(".example:not([open])")).ToHaveCountAsync(0);
    });

    [Fact]
    public async Task An_address_with_a_row_opens_it()
    {
        var id = "";
        await report.VisitAsync(report.Four, async page => id = (await page.Locator(".example").Nth(5).GetAttributeAsync("id"))!);
        await report.VisitAsync(report.Four, page => Expect(page.Locator(".example[open]")).ToHaveAttributeAsync("id", id), anchor: "#" + id);
    }

    /// <summary>Not a check but pictures, for eyes: run with <c>-explicit only</c>. They go to the folder <c>GYRE_SCREENSHOTS</c>, or to <c>screenshots</c> beside the tests.</summary>
    [Fact(Explicit = true)]
    public async Task Picture_the_reports()
    {
        var folder = Environment.GetEnvironmentVariable("GYRE_SCREENSHOTS") is { Length: > 0 } named ? named : Path.Combine(AppContext.BaseDirectory, "screenshots");
        foreach (var (name, path) in new[] { ("four", report.Four), ("single", report.Single), ("hostile", report.Hostile) })
        {
            foreach (var view in new[] { new PageView(), new PageView(IsDark: true), PageView.Phone, PageView.Phone with { IsDark = true } })
            {
                await report.VisitAsync(
                    path,
                    async page =>
                    {
                        await page.EvaluateAsync("() => { for (const details of document.querySelectorAll('.checks, .parts, .example:nth-child(-n+2)')) details.open = true; }");
                        await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, $"report-{name}-{view.Width}{(view.IsDark ? "-dark" : "")}.png"), FullPage = true });
                    },
                    view);
            }
        }
    }
}

using Microsoft.Playwright;

namespace Gyre.Server.Tests.Console;

/// <summary>
/// The Chromium that is installed on this machine, started once; nothing is ever downloaded. Tests skip aloud without it.
/// </summary>
public sealed class Chromium : IAsyncLifetime
{
    private const string Variable = "GYRE_CHROMIUM";

    private static readonly string[] Arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        if (Find() is not { } path)
        {
            return;
        }

        Assertions.SetDefaultExpectTimeout(20_000); // A busy machine is slow, not wrong.
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = path, Args = Arguments, Headless = true });
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }

    /// <summary>
    /// Opens a fresh page and lets a test use it. Afterwards the page must have had no script error, no violation of its
    /// content policy and no failed request but those the test expects.
    /// </summary>
    /// <param name="address">The page.</param>
    /// <param name="visit">What to do on it.</param>
    /// <param name="view">Its size and theme.</param>
    /// <param name="expectedFaults">Parts of console errors that belong to the test.</param>
    internal async Task VisitAsync(Uri address, Func<IPage, Task> visit, PageView? view = null, params string[] expectedFaults)
    {
        if (_browser is null)
        {
            Assert.Skip($"Needs an installed Chromium: none at /usr/bin/chromium or the like, and {Variable} names none.");
        }

        view ??= new PageView();
        await using var context = await _browser.NewContextAsync(new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = view.Width, Height = view.Height },
            ColorScheme = view.IsDark ? ColorScheme.Dark : ColorScheme.Light,
            ReducedMotion = ReducedMotion.Reduce,
            Locale = "en-GB",
            TimezoneId = "Europe/Berlin",
        });
        context.SetDefaultTimeout(20_000);
        var page = await context.NewPageAsync();
        var faults = new List<string>();
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                faults.Add(message.Text);
            }
        };
        page.PageError += (_, error) => faults.Add(error);
        await page.GotoAsync(address.ToString());
        await visit(page);

        faults.Where(fault => !expectedFaults.Any(expected => fault.Contains(expected, StringComparison.Ordinal))).ShouldBeEmpty();
    }

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named)
        {
            return File.Exists(named) ? named : throw new FileNotFoundException($"{Variable} names '{named}', which does not exist.", named);
        }

        return new[]
        {
            "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/snap/bin/chromium",
            "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome", "/Applications/Chromium.app/Contents/MacOS/Chromium",
            @"C:\Program Files\Google\Chrome\Application\chrome.exe",
        }.FirstOrDefault(File.Exists);
    }
}

using System.Diagnostics;
using Gyre.TestSupport;

namespace Gyre.Cli.Tests;

/// <summary>The script <c>./gyre</c> at the root of a clone.</summary>
public class LauncherTests
{
    [Fact]
    public async Task Without_dotnet_on_the_path_it_says_what_to_install()
    {
        var script = Path.Combine(TestData.RepositoryRoot, "gyre");
        if (OperatingSystem.IsWindows() || !File.Exists(script))
        {
            Assert.Skip($"Needs '{script}' and a Unix shell.");
        }

        // Only what the script calls before it looks for dotnet.
        using var path = new TemporaryFolder();
        foreach (var tool in new[] { "dirname", "find" })
        {
            var place = new[] { "/usr/bin/", "/bin/" }.Select(folder => folder + tool).FirstOrDefault(File.Exists);
            if (place is null)
            {
                Assert.Skip($"Needs '{tool}' in /usr/bin or /bin.");
            }

            File.CreateSymbolicLink(Path.Combine(path.Path, tool), place);
        }

        var start = new ProcessStartInfo("bash", [script, "doctor"]) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, UseShellExecute = false };
        start.Environment["PATH"] = path.Path;
        using var process = Process.Start(start).ShouldNotBeNull();

        var outcome = await GyreProcess.FinishAsync(process);

        outcome.ExitCode.ShouldBe(69, outcome.Error);
        outcome.Output.ShouldBeEmpty();
        outcome.Error.ShouldContain("needs the .NET 10 SDK");
        outcome.Error.ShouldContain("https://dotnet.microsoft.com/download");
    }
}

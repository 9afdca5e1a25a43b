using System.Diagnostics;
using System.Text.Json;
using Gyre.TestSupport;

namespace Gyre.Cli.Tests;

/// <summary>Runs <c>samples/adapt-story.sh</c> with every part made tiny: what it says about models needs its full length.</summary>
public sealed class AdaptStoryTests : IDisposable
{
    private static readonly string[] Names = ["base", "voice", "aligned", "half"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_model_learns_a_voice_is_aligned_is_halved_and_all_are_compared_behind_one_server()
    {
        var (code, output, errors) = await RunAsync();

        code.ShouldBe(0, output + errors);
        foreach (var (part, rows) in new[] { ("compared-voice", 8), ("compared-answers", 12) })
        {
            using var result = JsonDocument.Parse(Read(Path.Combine(part, "result.json")));
            result.RootElement.GetProperty("dataset").GetProperty("rows").GetInt32().ShouldBe(rows);
            result.RootElement.GetProperty("candidates").EnumerateArray().Select(candidate => candidate.GetProperty("name").GetString()).ShouldBe(Names);
            result.RootElement.GetProperty("candidates").EnumerateArray().ShouldAllBe(candidate => candidate.GetProperty("failed").GetInt32() == 0);
        }

        output.ShouldContain("serves base, voice, aligned and half");
        Parameters("half").ShouldBeLessThan(Parameters("base") / 2);
        Parameters("aligned").ShouldBe(Parameters("base"));
        Read(Path.Combine("aligned", "README.md")).ShouldContain("dpo", Case.Insensitive);

        // Again: the jobs are finished, so only the comparison runs.
        (code, output, errors) = await RunAsync();

        code.ShouldBe(0, output + errors);
        output.Split("Finished before").Length.ShouldBe(4);
    }

    private long Parameters(string name)
    {
        using var model = JsonDocument.Parse(Read(name + ".json"));
        return model.RootElement.GetProperty("parameters").GetInt64();
    }

    private string Read(string file) => File.ReadAllText(Path.Combine(_folder.Path, file));

    private async Task<(int Code, string Output, string Errors)> RunAsync()
    {
        var start = new ProcessStartInfo("bash", [Path.Combine(TestData.RepositoryRoot, "samples", "adapt-story.sh"), _folder.Path])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = TestData.RepositoryRoot,
        };
        start.Environment["GYRE"] = "dotnet " + Path.Combine(AppContext.BaseDirectory, "gyre.dll");
        start.Environment["SCALE"] = "quick";
        using var process = Process.Start(start) ?? throw new InvalidOperationException("bash did not start.");
        var outcome = await GyreProcess.FinishAsync(process);
        if (outcome.ExitCode == 127)
        {
            Assert.Skip(outcome.Error);
        }

        return (outcome.ExitCode, outcome.Output, outcome.Error);
    }
}

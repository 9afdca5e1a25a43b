using System.Text.Json;
using Gyre.TestSupport;

namespace Gyre.Cli.Tests;

public sealed class PruneVerbTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static string Model => TestData.Require("models/stories260K/derived-hf");

    private string Output => Path.Combine(_folder.Path, "out");

    [Fact]
    public async Task A_pruned_model_is_written_with_its_report_and_still_writes()
    {
        var text = _folder.File("text.txt", File.ReadAllText(TestData.Require("data/tinystories-sample/stories_a.txt"))[..12_000]);

        var outcome = await GyreProcess.RunAsync("prune", Model, "--sparsity", "2:4", "--text", text, "--out", Output, "--json");

        outcome.ExitCode.ShouldBe(0, outcome.Error);
        using var printed = JsonDocument.Parse(outcome.Output);
        var report = printed.RootElement.GetProperty("report");
        report.GetProperty("method").GetString().ShouldBe("wanda");
        report.GetProperty("removed").GetInt64().ShouldBe(report.GetProperty("prunable_weights").GetInt64() / 2);
        report.GetProperty("quality").GetProperty("value").GetProperty("difference_interval").GetProperty("low").GetDouble().ShouldBeGreaterThan(0);
        var written = await GyreProcess.RunAsync("generate", "--model", Output, "--prompt", "Once upon a time", "--max-tokens", "8");
        written.ExitCode.ShouldBe(0, written.Error);
    }

    [Theory]
    [InlineData(2, "--method", "random")]
    [InlineData(2, "--scope", "layer")]
    [InlineData(2, "--heldout", "x.txt")]
    [InlineData(2, "--layer", "first=0.5")]
    [InlineData(3, "--sparsity", "1.2")]
    [InlineData(3, "--sparsity", "0.5")] // Wanda without a text.
    [InlineData(3, "--sparsity", "3:7", "--method", "magnitude")]
    public async Task Wrong_values_are_refused_before_anything_is_written(int exit, params string[] arguments)
    {
        var outcome = await GyreProcess.RunAsync(["prune", Model, "--out", Output, .. arguments]);

        outcome.ExitCode.ShouldBe(exit, outcome.Error);
        Directory.Exists(Output).ShouldBeFalse();
    }
}

using System.Diagnostics;
using System.Text.Json;
using Gyre.TestSupport;

namespace Gyre.Cli.Tests;

/// <summary><c>gyre align</c> on the smallest model that comes with Gyre.</summary>
public sealed class AlignVerbTests : IDisposable
{
    private const string Recipe =
        """
        kind: align
        method: dpo
        name: short
        threads: 2
        base: MODEL
        data: {brand: {pairs: 24, held_out: 4}}
        batch: {rows: 2}
        optimizer: {decay: 0}
        schedule: {steps: 60, peak: 0.001}
        evaluation: {every: 60}
        checkpoint: {every: 3}
        replay: {rows: 2, examples: [{shop: {seed: 3, examples: 6}}]}
        report: {prompts: 2, max_tokens: 8, margin: 0.5, tasks: [{name: talk, shop: {counts: {smalltalk: 2}}, scorers: [non-empty]}]}
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_run_ended_by_Ctrl_C_goes_on_to_the_bits_of_one_that_was_not_and_tells_what_changed()
    {
        var recipe = Write(Recipe);
        var whole = await RunAsync(recipe, "whole", "--json");
        whole.ExitCode.ShouldBe(0, whole.Error);
        using var result = JsonDocument.Parse(whole.Output);
        var root = result.RootElement;
        (root.GetProperty("end").GetString(), root.GetProperty("step").GetInt32()).ShouldBe(("completed", 60));
        var measures = root.GetProperty("measures").EnumerateArray().ToDictionary(measure => measure.GetProperty("name").GetString()!, StringComparer.Ordinal);
        measures["held-out reward margin"].GetProperty("items").GetInt32().ShouldBe(4);
        measures["held-out reward margin"].GetProperty("value").GetDouble().ShouldBeGreaterThan(0);
        root.GetProperty("tasks").EnumerateArray().Select(task => task.GetProperty("measure").GetString()).ShouldBe(["perplexity", "non-empty"]);
        root.GetProperty("lost").ValueKind.ShouldBe(JsonValueKind.Array);
        root.GetProperty("expected_bytes").GetInt64().ShouldBeGreaterThan(root.GetProperty("peak_bytes").GetInt64() / 2);

        using (var process = GyreProcess.Start(Arguments(recipe, "cut")))
        {
            var finished = GyreProcess.FinishAsync(process);
            await FirstCheckpointAsync(process, Path.Combine(_folder.Path, "cut", "checkpoints"));
            await GyreProcess.SignalAsync(process, "INT");
            var interrupted = await finished;
            interrupted.ExitCode.ShouldBe(130, interrupted.Error);
            interrupted.Error.ShouldContain("--resume");
            Directory.Exists(Path.Combine(_folder.Path, "cut", "model")).ShouldBeFalse();
        }

        var resumed = await RunAsync(recipe, "cut", "--resume");
        resumed.ExitCode.ShouldBe(0, resumed.Error);
        resumed.Output.ShouldContain("held-out reward margin");
        resumed.Output.ShouldContain("as declared");
        File.ReadAllBytes(Model("cut")).ShouldBe(File.ReadAllBytes(Model("whole")));
    }

    [Theory]
    [InlineData("method: dpo", "method: dqo", "method")]
    [InlineData("report:", "rapport:", "did you mean 'report'")]
    [InlineData("kind: align", "kind: finetune", "expected 'align'")]
    public async Task A_wrong_recipe_is_told_before_the_run(string old, string change, string found)
    {
        var outcome = await RunAsync(Write(Recipe.Replace(old, change, StringComparison.Ordinal)), "run", "--json");
        outcome.ExitCode.ShouldBe(3, outcome.Error);
        JsonDocument.Parse(outcome.Output).RootElement.GetProperty("error").GetProperty("code").GetString()!.ShouldStartWith("TRN00");
        outcome.Error.ShouldContain(found);
        Directory.Exists(Path.Combine(_folder.Path, "run")).ShouldBeFalse();
    }

    /// <summary>Waits until there is a checkpoint, or the process has ended.</summary>
    internal static async Task FirstCheckpointAsync(Process process, string checkpoints)
    {
        for (var i = 0; i < 2400 && !process.HasExited && !(Directory.Exists(checkpoints) && Directory.EnumerateDirectories(checkpoints, "step-*").Any()); i++)
        {
            await Task.Delay(25, TestContext.Current.CancellationToken);
        }
    }

    private string Model(string run) => Directory.GetFiles(Path.Combine(_folder.Path, run, "model"), "model*").ShouldHaveSingleItem();

    private string Write(string recipe) =>
        _folder.File("recipe.yaml", recipe.Replace("MODEL", Path.Combine(TestData.RepositoryRoot, "models", "compact"), StringComparison.Ordinal));

    private string[] Arguments(string recipe, string run, params string[] options) =>
        ["align", recipe, "--out", Path.Combine(_folder.Path, run), "--data", Path.Combine(_folder.Path, "data"), .. options];

    private Task<GyreProcess.Outcome> RunAsync(string recipe, string run, params string[] options) => GyreProcess.RunAsync(Arguments(recipe, run, options));
}

using System.Text.Json;
using Gyre.TestSupport;

namespace Gyre.Cli.Tests;

/// <summary><c>gyre distill</c> with the smallest model that comes with Gyre as the teacher.</summary>
public sealed class DistillVerbTests : IDisposable
{
    private const string Recipe =
        """
        kind: distill
        name: short
        threads: 2
        teacher: MODEL
        student: {every: 2}
        loss: {temperature: 2}
        data: {train: [{shop: {examples: 60, seed: 3}}], validation_share: 0.1, too_long: drop}
        batch: {rows: 2, sequence: 128}
        optimizer: {decay: 0}
        schedule: {steps: 60, peak: 0.002}
        evaluation: {every: 60, rows: 4}
        checkpoint: {every: 3}
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_run_ended_by_Ctrl_C_goes_on_to_the_bits_of_one_that_was_not()
    {
        var recipe = Write(Recipe);
        var whole = await GyreProcess.RunAsync(Arguments(recipe, "whole", "--json"));
        whole.ExitCode.ShouldBe(0, whole.Error);
        using var result = JsonDocument.Parse(whole.Output);
        var root = result.RootElement;
        root.GetProperty("end").GetString().ShouldBe("completed");
        root.GetProperty("student_size").GetProperty("parameters").GetInt64().ShouldBeLessThan(root.GetProperty("teacher_size").GetProperty("parameters").GetInt64());
        root.GetProperty("expected_bytes").GetInt64().ShouldBeGreaterThan(root.GetProperty("peak_bytes").GetInt64() / 2);

        using (var process = GyreProcess.Start(Arguments(recipe, "cut")))
        {
            var finished = GyreProcess.FinishAsync(process);
            await AlignVerbTests.FirstCheckpointAsync(process, Path.Combine(_folder.Path, "cut", "checkpoints"));
            await GyreProcess.SignalAsync(process, "INT");
            var interrupted = await finished;
            interrupted.ExitCode.ShouldBe(130, interrupted.Error);
            interrupted.Error.ShouldContain("--resume");
        }

        var resumed = await GyreProcess.RunAsync(Arguments(recipe, "cut", "--resume"));
        resumed.ExitCode.ShouldBe(0, resumed.Error);
        resumed.Output.ShouldContain("student");
        foreach (var file in Directory.GetFiles(Path.Combine(_folder.Path, "whole", "model"), "model*"))
        {
            File.ReadAllBytes(Path.Combine(_folder.Path, "cut", "model", Path.GetFileName(file))).ShouldBe(File.ReadAllBytes(file), file);
        }
    }

    [Theory]
    [InlineData("student: {every: 2}", "student: {evry: 2}", "did you mean 'every'")]
    [InlineData("kind: distill", "kind: align", "expected 'distill'")]
    public async Task A_wrong_recipe_is_told_before_the_run(string old, string change, string found)
    {
        var outcome = await GyreProcess.RunAsync(Arguments(Write(Recipe.Replace(old, change, StringComparison.Ordinal)), "run"));
        outcome.ExitCode.ShouldBe(3, outcome.Error);
        outcome.Error.ShouldContain(found);
        Directory.Exists(Path.Combine(_folder.Path, "run")).ShouldBeFalse();
    }

    private string Write(string recipe) =>
        _folder.File("recipe.yaml", recipe.Replace("MODEL", Path.Combine(TestData.RepositoryRoot, "models", "compact"), StringComparison.Ordinal));

    private string[] Arguments(string recipe, string run, params string[] options) =>
        ["distill", recipe, "--out", Path.Combine(_folder.Path, run), "--data", Path.Combine(_folder.Path, "data"), .. options];
}

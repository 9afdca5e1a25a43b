using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;

namespace Gyre.Cli.Tests;

/// <summary>The training command ended from outside, in the middle of its run.</summary>
public class TrainVerbTests
{
    private const string Recipe =
        """
        name: cut
        summary: A test.
        threads: 2
        model: {hidden_size: 32, layers: 2, heads: 4, kv_heads: 2, ffn_size: 48, context: 96}
        tokenizer: {vocabulary: 320, sample_characters: 20000}
        corpus: {shop: {examples: 60, seed: 3}}
        batch: {rows: 2, accumulation: 2}
        schedule: {steps: 120, peak: 0.01, warmup: 2}
        evaluation: {every: 15, rows: 4}
        checkpoint: {every: 10}
        samples: {every: 25, tokens: 8, prompts: ["Hello!"]}
        export: [safetensors-f32]
        """;

    [Theory]
    [InlineData("KILL", 137)]
    [InlineData("INT", 130)]
    public async Task A_run_ended_by_a_signal_goes_on_to_the_bits_of_one_that_was_not(string signal, int exitCode)
    {
        using var folder = new TemporaryFolder();
        var recipe = folder.File("recipe.yaml", Recipe);
        var (whole, cut) = (Path.Combine(folder.Path, "whole"), Path.Combine(folder.Path, "cut"));
        var expected = await GyreProcess.RunAsync("train", recipe, "--out", whole, "--json");
        expected.ExitCode.ShouldBe(0, expected.Error);

        using var process = GyreProcess.Start("train", recipe, "--out", cut, "--json");
        var finished = GyreProcess.FinishAsync(process);
        await FirstCheckpointAsync(process, cut);
        await GyreProcess.SignalAsync(process, signal);
        var interrupted = await finished;
        var saved = Steps(cut);
        var hasModel = Directory.Exists(Path.Combine(cut, "model"));
        var resumed = await GyreProcess.RunAsync("train", recipe, "--out", cut, "--resume", "--json");

        interrupted.ExitCode.ShouldBe(exitCode, interrupted.Error);
        hasModel.ShouldBeFalse("the signal should come in the middle of the run");
        saved.ShouldNotBeEmpty();
        if (signal == "INT")
        {
            using var said = JsonDocument.Parse(interrupted.Output);
            said.RootElement.GetProperty("end").GetString().ShouldBe("interrupted");
            saved.ShouldContain(said.RootElement.GetProperty("step").GetInt32(), "the step it ended at is the one it saved");
            interrupted.Error.ShouldContain("--resume");
        }

        resumed.ExitCode.ShouldBe(0, resumed.Error);
        resumed.Error.ShouldNotContain("No checkpoint yet");
        using var result = JsonDocument.Parse(resumed.Output);
        result.RootElement.GetProperty("step").GetInt32().ShouldBe(120);
        Digest(cut).ShouldBe(Digest(whole));
    }

    private static async Task FirstCheckpointAsync(Process process, string run)
    {
        var waited = Stopwatch.StartNew();
        while (Steps(run).Length == 0 && !process.HasExited && waited.Elapsed < TimeSpan.FromSeconds(90))
        {
            await Task.Delay(2);
        }
    }

    /// <summary>The steps whose checkpoints are in place.</summary>
    private static int[] Steps(string run)
    {
        var checkpoints = Path.Combine(run, "checkpoints");
        return Directory.Exists(checkpoints)
            ? [.. Directory.GetDirectories(checkpoints, "step-????????").Select(path => int.Parse(Path.GetFileName(path)["step-".Length..]))]
            : [];
    }

    private static string Digest(string run) => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(Path.Combine(run, "model", "model.safetensors"))));
}

using System.Text.Json;
using Gyre.TestSupport;

namespace Gyre.Cli.Tests;

/// <summary>The gate with the model that comes with Gyre: against itself, and against itself with a planted fault.</summary>
public class GateVerbTests
{
    private const string Recipe = """
        name: gate
        dataset: {shop: {seed: 3, counts: {answer: 40, sentiment: 20}}}
        candidates:
          - {name: baseline, model: default, max_tokens: 200}
          - {name: candidate, model: default, max_tokens: LENGTH}
        metrics:
          - {scorer: exact-match, task: answer, tolerance: 0.02}
          - {scorer: label-match, task: sentiment, tolerance: 0.02}
        parallelism: 2
        """;

    [Fact]
    public async Task It_stays_shut_for_a_planted_regression_and_opens_for_an_equal_candidate_without_asking_twice()
    {
        using var folder = new TemporaryFolder();
        var kept = Path.Combine(folder.Path, "out");

        // Two tokens do not hold an answer.
        var worse = folder.File("worse.yaml", Recipe.Replace("LENGTH", "2", StringComparison.Ordinal));
        var shut = await GyreProcess.RunAsync("gate", worse, "--out", kept, "--data", folder.Path);
        shut.ExitCode.ShouldBe(1, shut.Output + shut.Error);
        shut.Output.ShouldContain("The gate stays SHUT.");
        shut.Output.ShouldContain("FAIL");
        (await File.ReadAllTextAsync(Path.Combine(kept, "junit.xml"), TestContext.Current.CancellationToken)).ShouldContain("<failure");
        (await File.ReadAllTextAsync(Path.Combine(kept, "report.html"), TestContext.Current.CancellationToken)).ShouldContain("exact-match");

        // More room changes no answer; the digest differs, so the candidate is asked, and the baseline is not.
        var equal = folder.File("equal.yaml", Recipe.Replace("LENGTH", "201", StringComparison.Ordinal));
        var open = await GyreProcess.RunAsync("gate", equal, "--out", kept, "--data", folder.Path, "--json");
        open.ExitCode.ShouldBe(0, open.Output + open.Error);
        using var result = JsonDocument.Parse(open.Output);
        result.RootElement.GetProperty("gateOpen").GetBoolean().ShouldBeTrue();
        result.RootElement.GetProperty("candidates")[0].GetProperty("kept").GetInt32().ShouldBe(60);
        result.RootElement.GetProperty("candidates")[1].GetProperty("kept").GetInt32().ShouldBe(0);
    }

    [Fact]
    public async Task A_recipe_without_a_gate_is_told_what_it_lacks()
    {
        using var folder = new TemporaryFolder();
        var outcome = await GyreProcess.RunAsync("gate", "recipes/default.yaml", "--data", folder.Path);
        outcome.ExitCode.ShouldBe(3);
        outcome.Error.ShouldContain("EVA0016");
    }
}

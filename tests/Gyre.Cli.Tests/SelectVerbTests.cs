using System.Text.Json;

namespace Gyre.Cli.Tests;

/// <summary>A choice between the model that comes with Gyre and the same one that is not allowed to finish.</summary>
public class SelectVerbTests
{
    private const string Experiment = """
        name: small
        model: default
        dataset: {shop: {seed: 3, counts: {answer: 30}}}
        metrics: [{scorer: exact-match, task: answer}]
        parallelism: 2
        """;

    private const string Recipe = """
        name: choice
        use_case: Answer questions.
        candidates:
          - {name: whole, model: default, max_tokens: 200}
          - {name: cut, model: default, max_tokens: 2}
        evidence: [{name: shop, recipe: EXPERIMENT}]
        serving: {context_tokens: 512, parallel: 4}
        limits: {memory_mib: 64, context_tokens: 512}
        objectives: [{name: right, weight: 1, evidence: shop, metric: exact-match, task: answer}]
        """;

    [Fact]
    public async Task It_chooses_writes_the_record_and_takes_a_signature()
    {
        using var folder = new TemporaryFolder();
        var kept = Path.Combine(folder.Path, "out");
        var recipe = folder.File("select.yaml", Recipe.Replace("EXPERIMENT", folder.File("small.yaml", Experiment), StringComparison.Ordinal));

        var chosen = await GyreProcess.RunAsync("select", recipe, "--out", kept, "--data", folder.Path, "--json");
        chosen.ExitCode.ShouldBe(0, chosen.Output + chosen.Error);
        using (var json = JsonDocument.Parse(chosen.Output))
        {
            json.RootElement.GetProperty("chosen").GetString().ShouldBe("whole");
            json.RootElement.GetProperty("candidates")[0].GetProperty("limits")[0].GetProperty("found").GetString().ShouldBe("16.5 MiB");
        }

        var signed = await GyreProcess.RunAsync("select", "--out", kept, "--accept", "whole", "--by", "Ann Lee", "--reason", "It answers.");
        signed.ExitCode.ShouldBe(0, signed.Output + signed.Error);
        (await File.ReadAllTextAsync(Path.Combine(kept, "decision.md"), TestContext.Current.CancellationToken)).ShouldContain("**Ann Lee accepts whole.** It answers.");

        var again = await GyreProcess.RunAsync("select", recipe, "--out", kept, "--data", folder.Path);
        again.ExitCode.ShouldBe(3);
        again.Error.ShouldContain("EVA0130");
    }

    [Fact]
    public async Task Candidates_that_are_alike_end_with_1_and_no_decision()
    {
        using var folder = new TemporaryFolder();
        var recipe = folder.File("select.yaml", Recipe.Replace("max_tokens: 2}", "max_tokens: 199}", StringComparison.Ordinal).Replace("EXPERIMENT", folder.File("small.yaml", Experiment), StringComparison.Ordinal));

        var outcome = await GyreProcess.RunAsync("select", recipe, "--data", folder.Path);

        outcome.ExitCode.ShouldBe(1, outcome.Output + outcome.Error);
        outcome.Output.ShouldContain("No decision: whole and cut are not distinguishable by this evidence.");
    }

    [Theory]
    [InlineData("select")]
    [InlineData("select", "recipes/select-store-writer.yaml", "--accept", "default")]
    [InlineData("select", "--accept", "default", "--by", "Ann")]
    [InlineData("select", "recipes/select-store-writer.yaml", "--by", "Ann")]
    public async Task A_recipe_and_a_signature_are_two_commands(params string[] arguments)
    {
        var outcome = await GyreProcess.RunAsync(arguments);
        outcome.ExitCode.ShouldBe(2);
        outcome.Error.ShouldContain("CLI0002");
    }
}

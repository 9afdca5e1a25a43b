using System.Text.Json;
using Gyre.TestSupport;

namespace Gyre.Cli.Tests;

/// <summary>Measures the model that comes with Gyre, as a user would.</summary>
public class EvalVerbTests
{
    [Fact]
    public async Task The_default_model_meets_its_thresholds_on_items_it_never_saw()
    {
        using var folder = new TemporaryFolder();
        var card = folder.File("README.md", "# x\n<!-- evaluation: begin -->\n<!-- evaluation: end -->\n");

        var outcome = await GyreProcess.RunAsync(
            "eval", "recipes/default.yaml", "--overlap", "recipes/default-model.yaml", "--json", "--card", card, "--data", folder.Path);

        outcome.ExitCode.ShouldBe(0, outcome.Output + outcome.Error);
        using var result = JsonDocument.Parse(outcome.Output);
        result.RootElement.GetProperty("passed").GetBoolean().ShouldBeTrue();
        var count = result.RootElement.GetProperty("dataset").GetProperty("rows").GetInt32();
        count.ShouldBeGreaterThanOrEqualTo(500);
        File.ReadAllText(card).ShouldContain("| describe | all-attributes | 200 |");

        // Against everything that the default model's own recipe generates.
        var overlap = result.RootElement.GetProperty("overlap");
        overlap.GetProperty("trainingExamples").GetInt32().ShouldBe(340_000);
        overlap.GetProperty("heldOutRows").GetInt32().ShouldBe(count);
        foreach (var shared in (string[])["familiesShared", "subjectsShared", "namesShared", "promptsShared"])
        {
            overlap.GetProperty(shared).GetInt32().ShouldBe(0, shared);
        }

        File.ReadAllText(card).ShouldContain("Shared: 0 template families, 0 subjects, 0 names, 0 prompts");
    }

    [Fact]
    public async Task A_killed_run_goes_on_from_the_replies_that_arrived()
    {
        using var folder = new TemporaryFolder();
        var kept = Path.Combine(folder.Path, "out");
        var replies = Path.Combine(kept, "replies.jsonl");
        using (var process = GyreProcess.Start("eval", "recipes/stylesprint.yaml", "--out", kept, "--data", folder.Path))
        {
            while (!process.HasExited && !(File.Exists(replies) && new FileInfo(replies).Length > 20_000))
            {
                await Task.Delay(20, TestContext.Current.CancellationToken);
            }

            process.HasExited.ShouldBeFalse("the run ended before it could be killed");
            GyreProcess.Kill(process);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        File.Exists(Path.Combine(kept, "result.json")).ShouldBeFalse();
        var arrived = File.ReadLines(replies).Count(line => line.EndsWith('}'));
        var outcome = await GyreProcess.RunAsync("eval", "recipes/stylesprint.yaml", "--out", kept, "--data", folder.Path, "--json");

        outcome.ExitCode.ShouldBe(0, outcome.Output + outcome.Error);
        using var result = JsonDocument.Parse(outcome.Output);
        result.RootElement.GetProperty("candidates").EnumerateArray().Sum(candidate => candidate.GetProperty("kept").GetInt32()).ShouldBeGreaterThan(arrived / 4);
        File.ReadAllText(Path.Combine(kept, "experiment.yaml")).ShouldStartWith("# As run by: gyre eval recipes/stylesprint.yaml\n");
    }

    [Fact]
    public async Task The_scorers_are_listed_without_a_recipe_and_a_missing_recipe_is_told()
    {
        var list = await GyreProcess.RunAsync("eval", "--scorers", "--json");
        list.ExitCode.ShouldBe(0, list.Error);
        using var scorers = JsonDocument.Parse(list.Output);
        scorers.RootElement.GetProperty("scorers").GetArrayLength().ShouldBeGreaterThan(80);
        (await GyreProcess.RunAsync("eval", "--scorers")).Output.ShouldContain("bleu-13a-exp");
        (await GyreProcess.RunAsync("eval")).ExitCode.ShouldBe(2);
    }

    [Fact]
    public async Task An_overlap_with_text_files_is_refused()
    {
        using var folder = new TemporaryFolder();
        folder.File("a.txt", "once\n\nupon");
        var tiny = await File.ReadAllTextAsync(Path.Combine(TestData.RepositoryRoot, "recipes", "tiny-story.yaml"), TestContext.Current.CancellationToken);
        var recipe = folder.File("recipe.yaml", tiny.Replace("  shop:\n    seed: 1\n    examples: 400\n", "  text: [a.txt]\n", StringComparison.Ordinal));

        var outcome = await GyreProcess.RunAsync("eval", "recipes/default.yaml", "--overlap", recipe, "--data", folder.Path);

        outcome.ExitCode.ShouldBe(3, outcome.Error);
        outcome.Error.ShouldContain("TRN0052");
    }

    [Fact]
    public async Task A_card_without_marks_is_told_before_the_model_is_asked()
    {
        using var folder = new TemporaryFolder();
        var card = folder.File("README.md", "# x\n");

        var outcome = await GyreProcess.RunAsync("eval", "recipes/default.yaml", "--card", card, "--data", folder.Path);

        outcome.ExitCode.ShouldBe(3);
        outcome.Error.ShouldContain("TRN0051");
    }
}

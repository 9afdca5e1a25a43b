using System.Text.Json;

namespace Gyre.Cli.Tests;

/// <summary>Measures the model that comes with Gyre, as a user would.</summary>
public class EvalVerbTests
{
    [Fact]
    public async Task The_default_model_meets_its_thresholds_on_items_it_never_saw()
    {
        using var folder = new TemporaryFolder();
        var card = folder.File("README.md", "# x\n<!-- evaluation: begin -->\n<!-- evaluation: end -->\n");

        var outcome = await GyreProcess.RunAsync("eval", "recipes/default.yaml", "--json", "--card", card, "--data", folder.Path);

        outcome.ExitCode.ShouldBe(0, outcome.Output + outcome.Error);
        using var result = JsonDocument.Parse(outcome.Output);
        result.RootElement.GetProperty("passed").GetBoolean().ShouldBeTrue();
        result.RootElement.GetProperty("count").GetInt32().ShouldBeGreaterThanOrEqualTo(500);
        File.ReadAllText(card).ShouldContain("| describe | all-attributes | 200 |");
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

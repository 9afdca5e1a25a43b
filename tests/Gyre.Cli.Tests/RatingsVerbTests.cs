using System.Text.Json;
using Gyre.Evaluation.Datasets;
using Gyre.Registry.Ratings;
using Gyre.Server.Hosting;
using Gyre.Storage;

namespace Gyre.Cli.Tests;

public class RatingsVerbTests
{
    [Fact]
    public async Task An_experiments_answers_are_rated_shown_compared_with_its_judge_and_exported()
    {
        using var folder = new TemporaryFolder();
        var run = Rows(folder, 20);
        var made = await GyreProcess.RunAsync("ratings", "create", "tone", "--from", run, "--candidates", "plain,tuned", "--sample", "10", "--seed", "3", "--repeats", "0.3", "--json", "--data", folder.Path);
        made.ExitCode.ShouldBe(0, made.Error);
        using (var json = JsonDocument.Parse(made.Output))
        {
            (json.RootElement.GetProperty("items").GetInt32(), json.RootElement.GetProperty("eligible").GetInt32(), json.RootElement.GetProperty("without").GetInt32()).ShouldBe((10, 19, 1));
        }

        // Ana prefers what the judge scores higher; Bo always the left.
        await RateAsync(folder.Path, "Ana", assignment => assignment.Outputs[0].StartsWith("tuned", StringComparison.Ordinal) ? RatingQuestion.Left : RatingQuestion.Right);
        await RateAsync(folder.Path, "Bo", _ => RatingQuestion.Left);

        var blind = await GyreProcess.RunAsync("ratings", "show", "tone", "--data", folder.Path);
        blind.ExitCode.ShouldBe(0, blind.Error);
        blind.Output.ShouldContain("20 of 20 ratings");
        blind.Output.ShouldNotContain("plain");
        (await GyreProcess.RunAsync("ratings", "export", "tone", "--data", folder.Path)).Error.ShouldContain("REG0090");
        (await GyreProcess.RunAsync("ratings", "close", "tone", "--data", folder.Path)).ExitCode.ShouldBe(0);

        var shown = await GyreProcess.RunAsync("ratings", "show", "tone", "--judge", run, "--scorer", "rubric-quality", "--json", "--data", folder.Path);
        shown.ExitCode.ShouldBe(0, shown.Error);
        using var report = JsonDocument.Parse(shown.Output);
        report.RootElement.GetProperty("pairs")[0].GetProperty("losses").GetInt32().ShouldBeGreaterThanOrEqualTo(10);
        var judge = report.RootElement.GetProperty("judge");
        judge.GetProperty("items").GetInt32().ShouldBe(10);
        judge.GetProperty("equal_share").GetProperty("value").GetDouble().ShouldBe(report.RootElement.GetProperty("agreement")[0].GetProperty("equal_share").GetProperty("value").GetDouble(), "Where Bo agrees with Ana people say what the judge says, else they tie.");
        var table = await GyreProcess.RunAsync("ratings", "show", "tone", "--data", folder.Path);
        foreach (var part in new[] { "plain against tuned", "Krippendorff's alpha", "Fleiss' kappa", "Ana and Bo: Cohen's kappa", "sides: left", "the same answers" })
        {
            table.Output.ShouldContain(part);
        }

        var export = await GyreProcess.RunAsync("ratings", "export", "tone", "--format", "csv", "--by", "item", "--data", folder.Path);
        var path = folder.File("tone.csv", export.Output);
        DatasetFile.Open(path, new DatasetColumns { Facts = new Dictionary<string, string> { ["people"] = "preferred" } }).Count.ShouldBe(10);
        (await GyreProcess.RunAsync("ratings", "list", "--data", folder.Path)).Output.ShouldContain("10 of 10");
    }

    [Fact]
    public async Task A_rubric_in_YAML_makes_single_ratings_of_every_candidate()
    {
        using var folder = new TemporaryFolder();
        var rubric = folder.File("rubric.yaml", "form: single\ninstructions: Read first.\nquestions:\n  - {name: quality, text: How good?, definition: As a shop would send it., points: 5, anchors: {1: useless, 5: perfect}}\n  - {name: 'true', text: True?, definition: No fact is wrong., kind: yes_no}\ncomment: required\n");

        var made = await GyreProcess.RunAsync("ratings", "create", "quality", "--from", Rows(folder, 4), "--rubric", rubric, "--json", "--data", folder.Path);

        made.ExitCode.ShouldBe(0, made.Error);
        using var json = JsonDocument.Parse(made.Output);
        json.RootElement.GetProperty("form").GetString().ShouldBe("single");
        json.RootElement.GetProperty("items").GetInt32().ShouldBe(6, "3 rows with answers of both, 2 candidates.");
    }

    [Theory]
    [InlineData("CLI0004", "form: single\nquestions: *all\n", "--form", "single")]
    [InlineData("REG0081", "form: single\nquestions: [{name: q, text: t}]\n", "--form", "single")]
    [InlineData("CLI0004", "", "--form", "single")]
    [InlineData("CLI0004", "a: [b: {c: [d: {e: [f: {g: [h: {i: 1}]}]}]}]\n", "--form", "single")]
    [InlineData("CLI0002", "form: pairs\nquestions: [{text: t, definition: d}]\n", "--form", "single")]
    [InlineData("CLI0031", "form: pairs\nquestions: [{text: t, definition: d}]\n", "--candidates", "plain")]
    [InlineData("CLI0031", "form: pairs\nquestions: [{text: t, definition: d}]\n", "--candidates", "plain,other")]
    [InlineData("REG0080", "form: pairs\nquestions: [{text: t, definition: d}]\n", "--raters", "101")]
    public async Task What_cannot_be_made_is_refused_with_its_code(string code, string yaml, params string[] more)
    {
        using var folder = new TemporaryFolder();

        var outcome = await GyreProcess.RunAsync(["ratings", "create", "tone", "--from", Rows(folder, 3), "--rubric", folder.File("rubric.yaml", yaml), .. more, "--data", folder.Path]);

        outcome.ExitCode.ShouldNotBe(0);
        outcome.Error.ShouldContain(code);
    }

    [Fact]
    public async Task A_folder_without_ratings_says_so()
    {
        using var folder = new TemporaryFolder();

        var outcome = await GyreProcess.RunAsync("ratings", "--data", folder.Path);

        (outcome.ExitCode, outcome.Error.Contains("CLI0030", StringComparison.Ordinal)).ShouldBe((3, true));
    }

    private static async Task RateAsync(string folder, string rater, Func<RatingAssignment, string> say)
    {
        using var database = Database.Open(Path.Combine(folder, "gyre.db"), [Registry.RegistryTables.Migrations()], TimeProvider.System);
        var store = new RatingStore(database, TimeProvider.System, new RandomIdSource());
        while ((await store.NextAsync("tone", rater, TestContext.Current.CancellationToken)).Assignment is { } assignment)
        {
            await store.RateAsync("tone", rater, assignment.Id, new RatingAnswer(new Dictionary<string, string> { [RatingQuestion.Preference] = say(assignment) }, [], ""), TestContext.Current.CancellationToken);
        }
    }

    /// <summary>The rows of an experiment with two candidates and a judge; in the last row a call failed.</summary>
    private static string Rows(TemporaryFolder folder, int rows)
    {
        folder.File("rows.jsonl", string.Concat(Enumerable.Range(0, rows).Select(i => JsonSerializer.Serialize(new
        {
            id = $"r{i}",
            task = "describe",
            prompt = $"Describe shirt {i}.",
            reference = "",
            candidates = new Dictionary<string, object>
            {
                ["plain"] = new { output = $"plain {i}", milliseconds = 1, scores = new Dictionary<string, object> { ["rubric-quality"] = new { value = 2 } } },
                ["tuned"] = i == rows - 1 ? new { error = "timed out", scores = new { } } : new { output = $"tuned {i}", milliseconds = 1, scores = new Dictionary<string, object> { ["rubric-quality"] = new { value = 4, reason = "good" } } },
            },
        }) + "\n")));
        return folder.Path;
    }
}

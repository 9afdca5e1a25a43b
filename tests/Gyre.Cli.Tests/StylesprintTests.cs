using System.Text.Json;
using Gyre.Observability;
using Gyre.Storage;

namespace Gyre.Cli.Tests;

/// <summary>The comparison that the sample shop comes with, run as its reader would, and the gate on what it kept.</summary>
public class StylesprintTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Four_candidates_are_compared_and_one_is_chosen_and_the_gate_holds_against_what_was_kept()
    {
        using var folder = new TemporaryFolder();
        var kept = Path.Combine(folder.Path, "out");
        var outcome = await GyreProcess.RunAsync("eval", "recipes/stylesprint.yaml", "--out", kept, "--data", folder.Path);

        outcome.ExitCode.ShouldBe(0, outcome.Output + outcome.Error);
        outcome.Output.ShouldStartWith("Decision: 'retrieval', by 'exact-match (answer)'");
        foreach (var name in (string[])["result.json", "report.html", "report.md", "junit.xml", "rows.jsonl", "replies.jsonl"])
        {
            File.Exists(Path.Combine(kept, name)).ShouldBeTrue(name);
        }

        await CheckTraceAsync(folder.Path, File.ReadLines(Path.Combine(kept, "rows.jsonl")).First());

        // A candidate that was released as "retrieval": with one passage too few words to answer, a later one is worse.
        var worse = folder.File("worse.yaml", Recipe("max_tokens: 2"));
        var shut = await GyreProcess.RunAsync("gate", worse, "--baseline", $"{kept}:retrieval", "--data", folder.Path);
        shut.ExitCode.ShouldBe(1, shut.Output + shut.Error);
        shut.Output.ShouldContain("The gate stays SHUT. Against stored retrieval");
        var equal = folder.File("equal.yaml", Recipe("max_tokens: 61"));
        var open = await GyreProcess.RunAsync("gate", equal, "--baseline", $"{kept}:retrieval", "--data", folder.Path);
        open.ExitCode.ShouldBe(0, open.Output + open.Error);

        // Noise: the same model draws its answers by chance, by another seed.
        var noise = folder.File("noise.yaml", Recipe("max_tokens: 60, temperature: 0.7, seed: 7"));
        var drawn = Path.Combine(folder.Path, "drawn");
        var passed = await GyreProcess.RunAsync("gate", noise, "--baseline", $"{kept}:retrieval", "--data", folder.Path, "--out", drawn);
        passed.ExitCode.ShouldBe(0, passed.Output + passed.Error);
        passed.Output.ShouldContain("The gate is open.");
        File.ReadLines(Path.Combine(drawn, "rows.jsonl")).Count(AnswersDiffer).ShouldBeGreaterThan(0);

        // Other rows are another dataset version.
        var other = folder.File("other.yaml", Recipe("max_tokens: 60").Replace("seed: 20261122", "seed: 5", StringComparison.Ordinal));
        var refused = await GyreProcess.RunAsync("gate", other, "--baseline", $"{kept}:retrieval", "--data", folder.Path);
        refused.ExitCode.ShouldBe(3);
        refused.Error.ShouldContain("EVA0019");
    }

    [Fact]
    public async Task The_recipe_of_in_context_against_fine_tuned_runs_with_an_adapter()
    {
        using var folder = new TemporaryFolder();
        var adapter = Path.Combine(folder.Path, "adapters", "shop-answers");
        using (var write = System.Diagnostics.Process.Start("bash", [Path.Combine(TestSupport.TestData.RepositoryRoot, "samples", "random-adapter.sh"), adapter, "1", "256", "256", "128", "6"]))
        {
            await write.WaitForExitAsync(Token);
            write.ExitCode.ShouldBe(0);
        }

        var config = Path.Combine(adapter, "adapter_config.json");
        await File.WriteAllTextAsync(config, (await File.ReadAllTextAsync(config, Token)).Replace("\"lora_alpha\":2", "\"lora_alpha\":64", StringComparison.Ordinal), Token); // Loud enough to change every answer.
        var text = await File.ReadAllTextAsync(Path.Combine(TestSupport.TestData.RepositoryRoot, "recipes", "in-context-against-fine-tuned.yaml"), Token);
        var recipe = folder.File("recipe.yaml", text.Replace("adapters/shop-answers", adapter, StringComparison.Ordinal).Replace("things: 24", "things: 6", StringComparison.Ordinal).Replace("strangers: 80", "strangers: 6", StringComparison.Ordinal));
        var outcome = await GyreProcess.RunAsync("eval", recipe, "--data", folder.Path, "--json", "--out", Path.Combine(folder.Path, "out"));

        outcome.ExitCode.ShouldBe(0, outcome.Output + outcome.Error);
        using var result = JsonDocument.Parse(outcome.Output);
        result.RootElement.GetProperty("choice").GetProperty("ground").GetString().ShouldNotBeNull();
        var candidates = result.RootElement.GetProperty("candidates");
        candidates.EnumerateArray().Select(candidate => candidate.GetProperty("name").GetString()).ShouldBe(["in-context", "in-context-with-examples", "base", "fine-tuned"]);
        long[] read = [.. candidates.EnumerateArray().Select(candidate => candidate.GetProperty("inputTokens").GetInt64())];
        read.ShouldBe([read[0], read[1], read[3], read[3]]);
        read[0].ShouldBeGreaterThan(read[3]);
        read[1].ShouldBeGreaterThan(read[0]);

        // The adapter is used: a random one answers what the base does not.
        File.ReadLines(Path.Combine(folder.Path, "out", "rows.jsonl")).Any(line => AnswerOf(line, "base") != AnswerOf(line, "fine-tuned")).ShouldBeTrue();
    }

    private static string? AnswerOf(string line, string candidate)
    {
        using var row = JsonDocument.Parse(line);
        return row.RootElement.GetProperty("candidates").GetProperty(candidate).GetProperty("output").GetString();
    }

    private static bool AnswersDiffer(string line)
    {
        using var row = JsonDocument.Parse(line);
        return row.RootElement.GetProperty("candidates").EnumerateObject().Select(candidate => candidate.Value.GetProperty("output").GetString()).Distinct().Count() > 1;
    }

    private static string Recipe(string length) => """
        name: later
        dataset: {shop-questions: {seed: 20261122, things: 120, questions: 240, unanswerable: 80, wordings: 2}}
        candidates:
          - {name: later, model: default, LENGTH, retrieval: {top: 1, template: "Here is what we know.\n{passages}\n\nA customer asks: {question}"}}
        metrics:
          - {scorer: exact-match, task: answer, tolerance: 0.03}
        parallelism: 4
        """.Replace("LENGTH", length, StringComparison.Ordinal);

    /// <summary>The first example's trace is among those of the data folder, with the question and a span for the call.</summary>
    private static async Task CheckTraceAsync(string dataFolder, string line)
    {
        using var row = JsonDocument.Parse(line);
        var id = row.RootElement.GetProperty("candidates").GetProperty("retrieval").GetProperty("trace").GetString().ShouldNotBeNull();
        using var database = Database.Open(Path.Combine(dataFolder, "gyre.db"), [TraceStore.Migrations()], TimeProvider.System);
        var trace = (await new TraceStore(database).FindAsync(id, Token)).ShouldNotBeNull();
        trace.Input.ShouldNotBeNull().ShouldContain(row.RootElement.GetProperty("prompt").GetString()!);
        trace.Spans.Count.ShouldBeGreaterThan(0);
    }
}

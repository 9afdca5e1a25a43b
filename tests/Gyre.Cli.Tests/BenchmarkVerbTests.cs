using System.Text.Json;
using Gyre.TestSupport;

namespace Gyre.Cli.Tests;

/// <summary>The real command on trained weights (stories260K) and published data.</summary>
public class BenchmarkVerbTests
{
    private static readonly string Model = TestData.Require("models/stories260K/derived-hf");

    [Fact]
    public async Task The_list_names_task_headline_licence_and_paper_and_one_can_be_shown()
    {
        var list = await GyreProcess.RunAsync("benchmark", "list", "--json");
        list.ExitCode.ShouldBe(0, list.Error);
        var benchmarks = JsonDocument.Parse(list.Output).RootElement.GetProperty("benchmarks").EnumerateArray().ToList();
        benchmarks.Count.ShouldBeGreaterThan(40);
        benchmarks.ShouldAllBe(benchmark => benchmark.GetProperty("licence").GetString()!.Length > 0 && benchmark.GetProperty("paper").GetProperty("reference").GetString()!.Length > 0);

        var shown = await GyreProcess.RunAsync("benchmark", "show", "humaneval");
        shown.Output.ShouldContain("pass@1 (higher is better)");
        shown.Output.ShouldContain("test: HumanEval.jsonl");
        (await GyreProcess.RunAsync("benchmark", "show", "nothing.yaml")).Error.ShouldContain("EVA0060");
    }

    /// <summary>Interrupted as soon as something is kept, then run again: the same numbers as a run that nothing disturbed.</summary>
    [Fact]
    public async Task An_interrupted_run_goes_on_and_ends_with_the_same_numbers()
    {
        using var folder = new TemporaryFolder();
        var (undisturbed, interrupted) = (Path.Combine(folder.Path, "a"), Path.Combine(folder.Path, "b"));
        var whole = await GyreProcess.RunAsync(Arguments(undisturbed));
        whole.ExitCode.ShouldBe(0, whole.Error);

        using (var process = GyreProcess.Start(Arguments(interrupted)))
        {
            var replies = Path.Combine(interrupted, "replies.jsonl");
            for (var i = 0; i < 1200 && !(File.Exists(replies) && new FileInfo(replies).Length > 0); i++)
            {
                await Task.Delay(25);
            }

            await GyreProcess.SignalAsync(process, "INT");
            var outcome = await GyreProcess.FinishAsync(process);
            outcome.ExitCode.ShouldBe(130, outcome.Error);
            outcome.Error.ShouldContain("the same command goes on from there");
            File.Exists(Path.Combine(interrupted, "benchmark.json")).ShouldBeFalse();
        }

        (await GyreProcess.RunAsync(Arguments(interrupted))).ExitCode.ShouldBe(0);
        Read(interrupted, "metrics").ShouldBe(Read(undisturbed, "metrics"));
        Read(interrupted, "items").ShouldBe(Read(undisturbed, "items"));
        Scores(interrupted).ShouldBe(Scores(undisturbed));
        File.ReadAllText(Path.Combine(interrupted, "benchmark.html")).ShouldContain("Content-Security-Policy");
        JsonDocument.Parse(whole.Output).RootElement.GetProperty("benchmarks")[0].GetProperty("format").GetString().ShouldBe("gyre-benchmark-1");

        static string[] Arguments(string folder) =>
            ["benchmark", "run", "mmlu", "--data", TestData.Require("data/mmlu"), "--model", Model, "--shots", "0", "--limit", "30", "--out", folder, "--json"];

        static string Read(string folder, string member) => JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "benchmark.json"))).RootElement.GetProperty(member).GetRawText();

        static string[] Scores(string folder) => [.. File.ReadLines(Path.Combine(folder, "items.jsonl")).Select(line => line[..line.LastIndexOf("\"milliseconds\"", StringComparison.Ordinal)])];
    }

    [Fact]
    public async Task A_served_model_reaches_what_the_same_model_reaches_in_the_process()
    {
        using var folder = new TemporaryFolder();
        using var process = GyreProcess.Start("up", "--port", "0", "--json", "--data", folder.Path, "--model", Model);
        try
        {
            using var announced = JsonDocument.Parse(await UpVerbTests.ReadJsonAsync(process.StandardOutput));
            var address = announced.RootElement.GetProperty("address").GetString()!;
            string[] run = ["benchmark", "run", "arc-challenge", "xstest", "--data", TestData.Require("data"), "--limit", "6", "--json"];

            var served = await GyreProcess.RunAsync([.. run, "--url", address, "--served-model", "default", "--out", Path.Combine(folder.Path, "served")]);
            var local = await GyreProcess.RunAsync([.. run, "--model", Model, "--out", Path.Combine(folder.Path, "local")]);

            served.ExitCode.ShouldBe(0, served.Error);
            local.ExitCode.ShouldBe(0, local.Error);
            var pairs = Likelihoods("served").Zip(Likelihoods("local")).ToList();
            pairs.Count.ShouldBeGreaterThan(20);
            pairs.ShouldAllBe(pair => Math.Abs(pair.First - pair.Second) < 1e-4);
            Answers("served").ShouldBe(Answers("local"));
        }
        finally
        {
            await GyreProcess.SignalAsync(process, "TERM");
        }

        IEnumerable<double> Likelihoods(string name) => Lines(name, "arc-challenge").SelectMany(line => line.GetProperty("choices").EnumerateArray()).Select(choice => choice.GetProperty("logLikelihood").GetDouble());

        IEnumerable<string> Answers(string name) => Lines(name, "xstest").Select(line => line.GetProperty("answers")[0].GetString()!);

        IEnumerable<JsonElement> Lines(string name, string benchmark) => File.ReadLines(Path.Combine(folder.Path, name, benchmark, "items.jsonl")).Select(line => JsonDocument.Parse(line).RootElement);
    }

    [Fact]
    public async Task Seven_dimensions_stand_in_one_table()
    {
        using var folder = new TemporaryFolder();

        var outcome = await GyreProcess.RunAsync("benchmark", "helm", "arc-challenge", "--data", TestData.Require("data/arc-challenge"), "--model", Model, "--limit", "10", "--out", folder.Path);

        outcome.ExitCode.ShouldBe(0, outcome.Error);
        foreach (var dimension in new[] { "accuracy ↑", "calibration ↓", "robustness ↑", "fairness ↑", "bias ↓", "toxicity ↓", "efficiency ↓" })
        {
            outcome.Output.ShouldContain(dimension);
        }

        JsonDocument.Parse(File.ReadAllText(Path.Combine(folder.Path, "helm.json"))).RootElement.GetProperty("dimensions").GetArrayLength().ShouldBe(7);
        File.Exists(Path.Combine(folder.Path, "typos", "items.jsonl")).ShouldBeTrue();
    }

    [Theory]
    [InlineData("--url given without --served-model", "--url", "http://localhost:1")]
    [InlineData("CLI0002", "--served-model", "m")]
    [InlineData("NO_SUCH_VARIABLE", "--url", "http://localhost:1", "--served-model", "m", "--api-key-env", "NO_SUCH_VARIABLE")]
    [InlineData("EVA0069", "--url", "localhost", "--served-model", "m")]
    [InlineData("EVA0013", "--subjects", "alchemy")]
    public async Task What_cannot_be_meant_is_refused(string expected, params string[] options)
    {
        var outcome = await GyreProcess.RunAsync(["benchmark", "run", "arc-challenge", "--data", TestData.Require("data/arc-challenge"), .. options.Contains("--url") || options.Contains("--served-model") ? [] : new[] { "--model", Model }, .. options]);

        outcome.ExitCode.ShouldBeOneOf(2, 3);
        outcome.Error.ShouldContain(expected.Replace("given", "was given", StringComparison.Ordinal));
    }
}

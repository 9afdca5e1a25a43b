using System.Text.Json;
using Gyre.TestSupport;
using Gyre.Training.Alignment.Pairs;

namespace Gyre.Cli.Tests;

/// <summary><c>gyre datasets feedback</c> against a scripted server.</summary>
public sealed class DatasetsFeedbackVerbTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeChatServer _server = new(Reply);

    public void Dispose()
    {
        _server.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Prompts_become_pairs_and_a_limit_or_another_call_goes_on_without_asking_twice()
    {
        var prompts = _folder.File("prompts.jsonl", string.Join('\n', Enumerable.Range(1, 3).Select(i => $$"""{"prompt": "Where is parcel {{i}}?"}""")));
        var first = await RunAsync(prompts, "--json", "--max-calls", "1", "--input-price", "2", "--output-price", "10");
        first.ExitCode.ShouldBe(1, first.Error);
        var counts = JsonDocument.Parse(first.Output).RootElement;
        (counts.GetProperty("pairs").GetInt32(), counts.GetProperty("done").GetInt32(), counts.GetProperty("is_partial").GetBoolean()).ShouldBe((1, 1, true));

        // Draft, critique, revision, and the comparison in both orders; at 2 and 10 a million tokens.
        counts.GetProperty("calls").GetInt32().ShouldBe(5);
        _server.Requests.ShouldBe(5);
        counts.GetProperty("cost").GetDouble().ShouldBe(5 * ((1000 * 2) + (100 * 10)) / 1e6, 1e-9);

        var whole = await RunAsync(prompts, "--json");
        whole.ExitCode.ShouldBe(0, whole.Error);
        counts = JsonDocument.Parse(whole.Output).RootElement;
        (counts.GetProperty("pairs").GetInt32(), counts.GetProperty("calls").GetInt32(), counts.GetProperty("kept").GetInt32()).ShouldBe((3, 10, 5));
        _server.Requests.ShouldBe(15);
        var pairs = AlignmentFile.ReadPairs(Out);
        pairs.Select(pair => pair.Prompt[0].Content).ShouldBe(["Where is parcel 1?", "Where is parcel 2?", "Where is parcel 3?"]);
        pairs.ShouldAllBe(pair => pair.Chosen == "Let me look, please wait." && pair.Rejected == "No idea!");

        var again = await RunAsync(prompts);
        again.ExitCode.ShouldBe(0, again.Error);
        again.Output.ShouldContain("15 kept from before");
        _server.Requests.ShouldBe(15);
    }

    [Fact]
    public async Task A_model_that_prefers_nothing_is_an_error_with_the_reason()
    {
        var prompts = _folder.File("prompts.jsonl", """{"prompt": "untagged"}""");
        var outcome = await RunAsync(prompts, "--json");
        outcome.ExitCode.ShouldBe(3, outcome.Error);
        outcome.Error.ShouldContain("TRN0407");
        outcome.Error.ShouldContain("<answer>");
        File.Exists(Out).ShouldBeFalse();
    }

    [Theory]
    [InlineData("--model", "default")]
    [InlineData("--rounds", "9")]
    [InlineData("--max-cost", "1")]
    [InlineData("--api-key-env", "NO_SUCH_VARIABLE_HERE")]
    public async Task Options_that_do_not_fit_are_refused(params string[] options)
    {
        var outcome = await RunAsync(_folder.File("prompts.jsonl", """{"prompt": "x"}"""), options);
        outcome.ExitCode.ShouldBe(2, outcome.Error);
        _server.Requests.ShouldBe(0);
    }

    private string Out => Path.Combine(_folder.Path, "pairs.jsonl");

    private Task<GyreProcess.Outcome> RunAsync(string prompts, params string[] options) => GyreProcess.RunAsync(
        [
            "datasets", "feedback", prompts, "--constitution", Path.Combine(TestData.RepositoryRoot, "samples", "constitution-shop.yaml"), "--out", Out,
            "--url", _server.Address, "--served-model", "fake", "--data", Path.Combine(_folder.Path, "data"), .. options,
        ]);

    /// <summary>A rude draft, a critique, a polite revision, and a judge who prefers what is polite.</summary>
    private static string Reply(IReadOnlyList<string> texts)
    {
        if (texts.Any(text => text.Contains("<first>", StringComparison.Ordinal)))
        {
            var shown = texts.First(text => text.Contains("<first>\n", StringComparison.Ordinal));
            var first = shown[(shown.IndexOf("<first>\n", StringComparison.Ordinal) + 8)..];
            return JsonSerializer.Serialize(new { reason = "politer", verdict = first.StartsWith("Let me", StringComparison.Ordinal) ? "first" : "second" });
        }

        return texts[^1].Contains("<answer>", StringComparison.Ordinal)
            ? texts[0] == "untagged" ? "I would rather not." : "<answer>Let me look, please wait.</answer>"
            : texts.Count == 1 ? "No idea!" : "It is rude.";
    }
}

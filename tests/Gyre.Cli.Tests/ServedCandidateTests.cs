using System.Text.Json;

namespace Gyre.Cli.Tests;

/// <summary>Candidates and judges that answer behind a server's address.</summary>
public class ServedCandidateTests
{
    [Fact]
    public async Task A_model_behind_a_server_answers_as_it_does_here_and_judges()
    {
        using var folder = new TemporaryFolder();
        using var process = GyreProcess.Start("up", "--port", "0", "--json", "--data", folder.Path);
        try
        {
            using var announced = JsonDocument.Parse(await UpVerbTests.ReadJsonAsync(process.StandardOutput));
            var recipe = folder.File("served.yaml", $$"""
                name: served
                dataset:
                  shop:
                    seed: 9
                    counts: {answer: 20}
                judges:
                  - name: remote
                    model: default
                    url: {{announced.RootElement.GetProperty("address").GetString()}}
                    max_reason: 40
                candidates:
                  - {name: here, model: default, max_tokens: 60}
                  - name: served
                    model: default
                    url: {{announced.RootElement.GetProperty("address").GetString()}}
                    max_tokens: 60
                metrics:
                  - {scorer: exact-match}
                  - {scorer: rubric, judge: remote}
                """);
            var outcome = await GyreProcess.RunAsync("eval", recipe, "--out", Path.Combine(folder.Path, "out"), "--data", Path.Combine(folder.Path, "other"));

            outcome.ExitCode.ShouldBe(0, outcome.Output + outcome.Error);
            foreach (var line in File.ReadLines(Path.Combine(folder.Path, "out", "rows.jsonl")))
            {
                using var row = JsonDocument.Parse(line);
                var candidates = row.RootElement.GetProperty("candidates");
                candidates.GetProperty("served").GetProperty("output").GetString().ShouldBe(candidates.GetProperty("here").GetProperty("output").GetString());
                candidates.GetProperty("served").GetProperty("scores").GetProperty("rubric-quality").GetProperty("value").GetDouble().ShouldBeInRange(1, 5);
            }
        }
        finally
        {
            await GyreProcess.SignalAsync(process, "TERM");
        }
    }

    [Fact]
    public async Task A_key_that_is_not_set_is_told()
    {
        using var folder = new TemporaryFolder();
        var recipe = folder.File("keyless.yaml", """
            name: keyless
            dataset: {shop: {seed: 9, counts: {answer: 2}}}
            candidates: [{model: some, url: "http://127.0.0.1:9", api_key_env: GYRE_TEST_NO_SUCH_KEY}]
            metrics: [{scorer: exact-match}]
            """);
        var outcome = await GyreProcess.RunAsync("eval", recipe, "--data", folder.Path);
        outcome.ExitCode.ShouldBe(2);
        outcome.Error.ShouldContain("GYRE_TEST_NO_SUCH_KEY");
    }
}

using System.Text.Json;
using Gyre.TestSupport;

namespace Gyre.Cli.Tests;

public class BenchVerbTests
{
    private static readonly string[] Short = ["--rounds", "3", "--prompt", "20", "--generate", "8", "--threads", "1"];

    [Fact]
    public async Task Every_test_has_a_sample_a_round()
    {
        var model = TestData.Require("models/stories260K/derived-hf");

        var outcome = await GyreProcess.RunAsync(["bench", model, .. Short, "--streams", "1,3", "--cache", "int8", "--json"]);

        outcome.ExitCode.ShouldBe(0, outcome.Error);
        using var result = JsonDocument.Parse(outcome.Output);
        var rows = result.RootElement.GetProperty("results").EnumerateArray().ToArray();
        rows.Select(row => row.GetProperty("test").GetString()).ShouldBe(["prompt 20", "generate 8", "generate 8, 3 streams"]);
        foreach (var row in rows)
        {
            row.GetProperty("tokens_per_second").EnumerateArray().Select(value => value.GetDouble()).Count(value => value > 0).ShouldBe(3);
        }
    }

    [Fact]
    public async Task A_peer_runs_in_turn_and_its_ratio_is_the_rounds_median()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The fake peer is a shell script.");
        using var folder = new TemporaryFolder();
        var model = TestData.Require("models/kit/llama/model.q8_0.gguf");
        Fake(folder, "llama-bench", """
            [{"n_prompt":20,"n_gen":0,"avg_ts":2.0,"build_number":7,"build_commit":"fake"},{"n_prompt":0,"n_gen":8,"avg_ts":4.0,"build_number":7,"build_commit":"fake"}]
            """);
        Fake(folder, "llama-batched-bench", """
            some line
            {"pp":16,"tg":8,"pl":3,"speed_tg":5.0}
            """);

        var outcome = await GyreProcess.RunAsync(["bench", model, .. Short, "--streams", "1,3", "--peer", folder.Path, "--json"]);

        outcome.ExitCode.ShouldBe(0, outcome.Error);
        using var result = JsonDocument.Parse(outcome.Output);
        result.RootElement.GetProperty("peer").GetString().ShouldBe("llama-bench, build 7 (fake)");
        double[] peers = [2, 4, 5];
        foreach (var (row, peer) in result.RootElement.GetProperty("results").EnumerateArray().Zip(peers))
        {
            row.GetProperty("peer_tokens_per_second").EnumerateArray().ShouldAllBe(value => value.GetDouble() == peer);
            var median = row.GetProperty("tokens_per_second").EnumerateArray().Select(value => value.GetDouble()).Order().ElementAt(1);
            row.GetProperty("ratio").GetDouble().ShouldBe(median / peer, 1e-9);
        }
    }

    [Fact]
    public async Task A_peer_that_fails_is_named_with_what_it_said()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The fake peer is a shell script.");
        using var folder = new TemporaryFolder();
        var program = folder.File("llama-bench", "#!/bin/sh\necho 'cannot read it' >&2\nexit 3\n");
        MakeProgram(program);

        var outcome = await GyreProcess.RunAsync(["bench", TestData.Require("models/kit/llama/model.q8_0.gguf"), .. Short, "--streams", "1", "--peer", program]);

        outcome.ExitCode.ShouldBe(3);
        outcome.Error.ShouldContain("CLI0007");
        outcome.Error.ShouldContain("ended with 3: cannot read it");
    }

    [Theory]
    [InlineData("--streams", "0")]
    [InlineData("--streams", "two")]
    [InlineData("--cache", "q3")]
    [InlineData("--peer", "/nowhere")]
    public async Task A_wrong_value_is_a_usage_error(string option, string value)
    {
        var outcome = await GyreProcess.RunAsync("bench", TestData.Require("models/kit/llama/model.q8_0.gguf"), option, value);

        outcome.ExitCode.ShouldBe(2, outcome.Error);
        outcome.Error.ShouldContain(option);
    }

    [Fact]
    public async Task Show_tells_architecture_tensors_memory_and_template()
    {
        var model = TestData.Require("models/kit/llama/model.q8_0.gguf");

        var outcome = await GyreProcess.RunAsync("models", "show", model, "--json");

        outcome.ExitCode.ShouldBe(0, outcome.Error);
        using var result = JsonDocument.Parse(outcome.Output);
        var root = result.RootElement;
        root.GetProperty("architecture").GetString().ShouldBe("llama");
        root.GetProperty("tensors").EnumerateArray().Select(tensor => tensor.GetProperty("name").GetString()).ShouldContain("blk.0.attn_q.weight");
        root.GetProperty("adapters").EnumerateArray().Select(kind => kind.GetString()).ShouldContain("prefix tuning");
        var configuration = root.GetProperty("configuration");
        var memory = root.GetProperty("memory").EnumerateArray().Last();
        var pages = (memory.GetProperty("tokens").GetInt32() + 63) / 64;
        var (layers, heads, width) = (configuration.GetProperty("layers").GetInt64(), configuration.GetProperty("key_value_heads").GetInt64(), configuration.GetProperty("head_width").GetInt64());
        memory.GetProperty("cache_bytes").GetProperty("f32").GetInt64().ShouldBe(pages * 64 * layers * heads * 4 * (width + ((width + 15) / 16 * 16)));

        var shown = await GyreProcess.RunAsync("models", "show", model, "--tensors");
        shown.Output.ShouldContain("blk.0.attn_q.weight");
        shown.Output.ShouldContain("memory");
    }

    private static void Fake(TemporaryFolder folder, string name, string output)
    {
        MakeProgram(folder.File(name, $"#!/bin/sh\ncat <<'END'\n{output}\nEND\n"));
    }

    private static void MakeProgram(string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }
    }
}

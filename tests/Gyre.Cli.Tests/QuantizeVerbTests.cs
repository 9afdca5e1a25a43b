using System.Text.Json;
using Gyre.TestSupport;

namespace Gyre.Cli.Tests;

public sealed class QuantizeVerbTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static string Model => TestData.Require("models/stories260K/derived-gguf/stories260K-F32.gguf");

    private string Output => Path.Combine(_folder.Path, "out.gguf");

    [Fact]
    public async Task A_model_is_written_with_its_report()
    {
        var text = _folder.File("text.txt", string.Join(' ', Enumerable.Repeat("Once upon a time there was a little dog who liked to run in the park.", 20)));

        var outcome = await GyreProcess.RunAsync("quantize", Model, "Q4_0", "-o", Output, "--text", text, "--importance", text, "--window", "64", "--max-kl", "1", "--json");

        outcome.ExitCode.ShouldBe(0, outcome.Error);
        using var printed = JsonDocument.Parse(outcome.Output);
        var report = printed.RootElement.GetProperty("report");
        report.GetProperty("divergence").GetProperty("value").GetProperty("mean_kl").GetDouble().ShouldBeInRange(1e-6, 1);
        report.GetProperty("weighed_tensors").GetInt32().ShouldBeGreaterThan(0);
        report.GetProperty("tokenizer").GetProperty("value").GetProperty("is_equal").GetBoolean().ShouldBeTrue();
        report.GetProperty("chat_template").GetProperty("undefined").GetString().ShouldBe("the model has no chat template");
        Directory.GetFiles(_folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal)
            .ShouldBe(["out.gguf", "out.gguf.imatrix.gguf", "out.gguf.report.json", "text.txt"]);
    }

    [Fact]
    public async Task The_importance_that_was_kept_gives_the_same_file_again()
    {
        var text = _folder.File("text.txt", string.Join(' ', Enumerable.Repeat("Once upon a time there was a little dog.", 20)));
        var again = Path.Combine(_folder.Path, "again.gguf");

        var first = await GyreProcess.RunAsync("quantize", Model, "Q4_0", "-o", Output, "--importance", text, "--no-report");
        var second = await GyreProcess.RunAsync("quantize", Model, "Q4_0", "-o", again, "--importance", Output + ".imatrix.gguf", "--no-report", "--threads", "1");

        first.ExitCode.ShouldBe(0, first.Error);
        second.ExitCode.ShouldBe(0, second.Error);
        File.ReadAllBytes(again).ShouldBe(File.ReadAllBytes(Output));
    }

    [Fact]
    public async Task A_divergence_above_the_threshold_is_a_negative_result()
    {
        var text = _folder.File("text.txt", string.Join(' ', Enumerable.Repeat("Once upon a time there was a little dog.", 20)));

        var outcome = await GyreProcess.RunAsync("quantize", Model, "Q4_0", "-o", Output, "--text", text, "--max-kl", "0.0000001");

        outcome.ExitCode.ShouldBe(1);
        outcome.Error.ShouldContain("above --max-kl");
        File.Exists(Output).ShouldBeTrue();
    }

    [Fact]
    public async Task Without_a_text_figures_are_undefined_never_zero()
    {
        var outcome = await GyreProcess.RunAsync("quantize", Model, "Q8_0", "-o", Output);

        outcome.ExitCode.ShouldBe(0, outcome.Error);
        outcome.Output.ShouldContain("undefined, because no text was given");
        outcome.Output.ShouldContain("blk.*.ffn_down.weight: F16, because rows of 172 do not fill Q8_0's blocks of 32 (5 tensors)");
    }

    [Theory]
    [InlineData("Q3_K")]
    [InlineData("q8_0", "--output-type", "Q9")]
    [InlineData("q8_0", "--threads", "0")]
    [InlineData("q8_0", "--max-kl", "0.1")]
    public async Task Wrong_values_are_usage_errors(params string[] arguments)
    {
        var outcome = await GyreProcess.RunAsync(["quantize", Model, .. arguments, "-o", Output]);

        outcome.ExitCode.ShouldBe(2, outcome.Error);
        File.Exists(Output).ShouldBeFalse();
    }

    [Fact]
    public async Task What_was_quantised_before_needs_leave()
    {
        var source = TestData.Require("models/stories260K/derived-gguf/stories260K-Q8_0.gguf");

        var refused = await GyreProcess.RunAsync("quantize", source, "Q4_0", "-o", Output, "--no-report");
        var allowed = await GyreProcess.RunAsync("quantize", source, "Q4_0", "-o", Output, "--no-report", "--allow-requantize");

        refused.ExitCode.ShouldBe(3);
        refused.Error.ShouldContain("TRN0060");
        allowed.ExitCode.ShouldBe(0, allowed.Error);
    }

    [Fact]
    public async Task A_file_that_is_there_stays_without_force()
    {
        _folder.File("out.gguf", "mine");

        var outcome = await GyreProcess.RunAsync("quantize", Model, "Q8_0", "-o", Output, "--no-report");

        outcome.ExitCode.ShouldBe(3);
        outcome.Error.ShouldContain("TRN0061");
        File.ReadAllText(Output).ShouldBe("mine");
    }
}

using System.Text.Json;
using Gyre.TestSupport;

namespace Gyre.Cli.Tests;

public class TokenizerTrainingTests
{
    [Theory]
    [InlineData("bpe")]
    [InlineData("sentencepiece-bpe")]
    [InlineData("wordpiece")]
    [InlineData("unigram")]
    public async Task A_trained_tokenizer_tokenizes(string kind)
    {
        using var folder = new TemporaryFolder();
        var corpus = TestData.Require("tokenizers/bpe-training-reference/corpus.en");
        var target = Path.Combine(folder.Path, "tokenizer");

        var trained = await GyreProcess.RunAsync("tokenize", "--train", kind, "--file", corpus, "--size", "500", "--out", target, "--json");
        var used = await GyreProcess.RunAsync("tokenize", "--model", target, "--text", "the city", "--json");

        trained.ExitCode.ShouldBe(0, trained.Error);
        using var result = JsonDocument.Parse(trained.Output);
        result.RootElement.GetProperty("tokens").GetInt32().ShouldBe(500);
        used.ExitCode.ShouldBe(0, used.Error);
        using var ids = JsonDocument.Parse(used.Output);
        ids.RootElement.GetProperty("ids").GetArrayLength().ShouldBeInRange(2, 9);
    }

    [Theory]
    [InlineData("--train", "words", "--out", "x")]
    [InlineData("--train", "unigram")]
    public async Task A_kind_or_folder_that_is_missing_is_told(params string[] arguments)
    {
        using var folder = new TemporaryFolder();

        var outcome = await GyreProcess.RunAsync(["tokenize", "--file", folder.File("text.txt", "text"), .. arguments]);

        outcome.ExitCode.ShouldBe(2);
        outcome.Error.ShouldContain("CLI0002");
    }
}

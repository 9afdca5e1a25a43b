using System.Text.Json;
using Gyre.Cli.Verbs;
using Gyre.TestSupport;

namespace Gyre.Cli.Tests;

public class CommandLineTests
{
    public static TheoryData<string> Verbs => new(AllVerbs.Create().Select(verb => verb.Build(new Terminal(TextWriter.Null, TextWriter.Null)).Name));

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task Every_verb_has_help_with_examples_and_json(string verb)
    {
        var outcome = await GyreProcess.RunAsync(verb, "--help");

        outcome.ExitCode.ShouldBe(0);
        outcome.Output.ShouldContain("--json");
        outcome.Output.ShouldContain("Examples:");
        outcome.Output.ShouldContain($"  gyre {verb}");
    }

    [Fact]
    public async Task A_misspelt_option_ends_with_the_usage_code()
    {
        var outcome = await GyreProcess.RunAsync("generate", "--promt", "x");

        outcome.ExitCode.ShouldBe(2);
        outcome.Error.ShouldContain("--promt");
    }

    [Theory]
    [InlineData("generate", "--json")]
    [InlineData("generate", "--promt", "x", "--json")]
    [InlineData("chat", "--json")]
    [InlineData("doctor", "--port", "99999", "--json")]
    public async Task A_wrong_command_line_with_json_gives_a_json_error_and_the_usage_code(params string[] arguments)
    {
        using var folder = new TemporaryFolder();

        var outcome = await GyreProcess.RunAsync([.. arguments, "--data", folder.Path]);

        outcome.ExitCode.ShouldBe(2, outcome.Output + outcome.Error);
        using var result = JsonDocument.Parse(outcome.Output);
        result.RootElement.GetProperty("error").GetProperty("code").GetString().ShouldBe("CLI0002");
    }

    [Fact]
    public async Task Tokenize_prints_the_ids_of_the_reference()
    {
        var folder = TestData.Require("tokenizers/llama.cpp-vocab");
        var texts = File.ReadAllText(Path.Combine(folder, "ggml-vocab.inp")).Split("\n__ggml_vocab_test__\n");
        var expected = File.ReadAllLines(Path.Combine(folder, "ggml-vocab-gpt-2.gguf.out"));
        using var temporary = new TemporaryFolder();
        var file = temporary.File("text.txt", texts[20]);

        var outcome = await GyreProcess.RunAsync("tokenize", "--model", TestData.Require("tokenizers/gpt2"), "--file", file, "--json");

        outcome.ExitCode.ShouldBe(0, outcome.Error);
        using var result = JsonDocument.Parse(outcome.Output);
        string.Join(' ', result.RootElement.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32())).ShouldBe(expected[20].Trim());
    }

    [Fact]
    public async Task Doctor_reports_every_check_as_json()
    {
        using var folder = new TemporaryFolder();

        var outcome = await GyreProcess.RunAsync("doctor", "--data", folder.Path, "--port", "0", "--json");

        using var result = JsonDocument.Parse(outcome.Output);
        var names = result.RootElement.GetProperty("checks").EnumerateArray().Select(check => check.GetProperty("name").GetString()).ToArray();
        names.ShouldContain("runtime");
        names.ShouldContain("data folder");
        names.ShouldContain("port");
    }

    [Fact]
    public async Task A_data_folder_that_cannot_be_written_is_bad()
    {
        using var folder = new TemporaryFolder();
        var blocked = folder.File("not-a-folder", "");

        var outcome = await GyreProcess.RunAsync("doctor", "--data", Path.Combine(blocked, "data"), "--json");

        outcome.ExitCode.ShouldBe(1);
        outcome.Output.ShouldContain("\"bad\"");
    }

    [Fact]
    public async Task Pull_installs_a_model_from_a_path_and_models_lists_it()
    {
        using var folder = new TemporaryFolder();

        var pulled = await GyreProcess.RunAsync("pull", TestData.Require("models/stories260K/derived-hf"), "--name", "stories", "--data", folder.Path, "--json");
        var listed = await GyreProcess.RunAsync("models", "--data", folder.Path, "--json");

        pulled.ExitCode.ShouldBe(0, pulled.Error);
        using var result = JsonDocument.Parse(listed.Output);
        result.RootElement.GetProperty("models").EnumerateArray().Select(model => model.GetProperty("name").GetString()).ShouldContain("stories");
    }
}

using System.Text.Json;
using Gyre.TestSupport;

namespace Gyre.Cli.Tests;

public class GenerateVerbTests
{
    [Theory]
    [InlineData("models/stories260K/derived-hf", 0)]
    [InlineData("models/stories260K/derived-hf", 1)]
    [InlineData("models/stories260K/derived-hf", 2)]
    [InlineData("models/stories260K/derived-gguf/stories260K-F32.gguf", 1)]
    [InlineData("models/stories260K/derived-gguf/stories260K-F16.gguf", 1)]
    public async Task Greedy_continuations_equal_the_goldens(string model, int index)
    {
        using var golden = JsonDocument.Parse(File.ReadAllText(TestData.Require("models/stories260K/golden.json")));
        var generation = golden.RootElement.GetProperty("generation")[index];
        var expected = generation.GetProperty("greedy_ids").EnumerateArray().Select(id => id.GetInt32()).ToArray();
        using var folder = new TemporaryFolder();

        var outcome = await GyreProcess.RunAsync(
            "generate", "--model", TestData.Require(model), "--prompt", generation.GetProperty("prompt").GetString()!,
            "--max-tokens", expected.Length.ToString(), "--temperature", "0", "--ignore-end", "--json", "--data", folder.Path);

        outcome.ExitCode.ShouldBe(0, outcome.Error);
        using var result = JsonDocument.Parse(outcome.Output);
        result.RootElement.GetProperty("token_ids").EnumerateArray().Select(id => id.GetInt32()).ShouldBe(expected);
        result.RootElement.GetProperty("usage").GetProperty("completion_tokens").GetInt32().ShouldBe(expected.Length);
    }

    /// <summary>The prompt is a source there; without a temperature the most likely answer is written, with --beams the best of a search.</summary>
    [Fact]
    public async Task A_model_that_answers_sources_equals_the_reference_greedily_and_by_beams()
    {
        var model = TestData.Require("models/kit/flan-t5");
        using var golden = JsonDocument.Parse(File.ReadAllText(Path.Combine(model, "golden.json")));
        using var folder = new TemporaryFolder();
        var source = folder.File("ids.json", SourceOf(model));
        var greedy = golden.RootElement.GetProperty("greedy").GetProperty("new_ids")[0].EnumerateArray().Select(id => id.GetInt32()).ToArray();

        var plain = await GyreProcess.RunAsync("generate", "--model", model, "--prompt-ids", source, "--max-tokens", "16", "--json", "--data", folder.Path);
        var search = await GyreProcess.RunAsync("generate", "--model", model, "--prompt-ids", source, "--max-tokens", "24", "--beams", "4", "--json", "--data", folder.Path);

        Ids(plain).ShouldBe(greedy);
        Ids(search).ShouldBe(golden.RootElement.GetProperty("beam4").GetProperty("sequences")[0][0].EnumerateArray().Skip(1).Select(id => id.GetInt32()));

        static IEnumerable<int> Ids(GyreProcess.Outcome outcome)
        {
            outcome.ExitCode.ShouldBe(0, outcome.Error);
            using var result = JsonDocument.Parse(outcome.Output);
            return [.. result.RootElement.GetProperty("token_ids").EnumerateArray().Select(id => id.GetInt32())];
        }
    }

    /// <summary>The first source of the golden batch, as a list of ids: a safetensors file is a length, a header and the arrays.</summary>
    private static string SourceOf(string model)
    {
        var bytes = File.ReadAllBytes(Path.Combine(model, "golden.safetensors"));
        var header = (int)BitConverter.ToInt64(bytes);
        using var json = JsonDocument.Parse(bytes.AsMemory(8, header));
        var (ids, mask) = (Row("input_ids"), Row("attention_mask"));
        return "[" + string.Join(',', ids.Where((_, i) => mask[i] == 1)) + "]";

        long[] Row(string name)
        {
            var entry = json.RootElement.GetProperty(name);
            var length = entry.GetProperty("shape")[1].GetInt32();
            var begin = 8 + header + entry.GetProperty("data_offsets")[0].GetInt32();
            return [.. Enumerable.Range(0, length).Select(i => BitConverter.ToInt64(bytes, begin + (8 * i)))];
        }
    }

    [Fact]
    public async Task Log_probabilities_of_a_prompt_given_as_ids_equal_the_reference()
    {
        var model = TestData.Require("models/kit/llama");
        using var golden = JsonDocument.Parse(File.ReadAllText(Path.Combine(model, "golden.json")));
        var greedy = golden.RootElement.GetProperty("greedy");
        var expected = greedy.GetProperty("new_ids")[0].EnumerateArray().Select(id => id.GetInt32()).ToArray();
        using var folder = new TemporaryFolder();
        var ids = folder.File("ids.json", greedy.GetProperty("prompt_ids")[0].GetRawText());

        var outcome = await GyreProcess.RunAsync(
            "generate", "--model", model, "--prompt-ids", ids, "--max-tokens", expected.Length.ToString(),
            "--temperature", "0", "--ignore-end", "--logprobs", "2", "--json", "--data", folder.Path);

        outcome.ExitCode.ShouldBe(0, outcome.Error);
        using var result = JsonDocument.Parse(outcome.Output);
        result.RootElement.GetProperty("token_ids").EnumerateArray().Select(id => id.GetInt32()).ShouldBe(expected);
        var first = result.RootElement.GetProperty("logprobs")[0];
        first.GetProperty("top")[0].GetProperty("id").GetInt32().ShouldBe(expected[0]);
        first.GetProperty("top").GetArrayLength().ShouldBe(2);
    }

    [Theory]
    [InlineData("--json-schema", """{"type":"object","properties":{"size":{"enum":["S","M"]},"count":{"type":"integer","minimum":1,"maximum":9}},"required":["size","count"],"additionalProperties":false}""", """^\{\s*"size":\s*"[SM]",\s*"count":\s*[1-9]\s*\}$""")]
    [InlineData("--regex", "(red|blue) shirt, [0-9]{2} EUR", "^(red|blue) shirt, [0-9]{2} EUR$")]
    public async Task A_forced_form_holds_on_a_model_that_knows_nothing_of_it(string option, string form, string expected)
    {
        using var folder = new TemporaryFolder();

        var outcome = await GyreProcess.RunAsync(
            "generate", "--model", TestData.Require("models/stories260K/derived-hf"), "--prompt", "Once upon a time", "--seed", "5",
            option, form, "--max-tokens", "200", "--json", "--data", folder.Path);

        outcome.ExitCode.ShouldBe(0, outcome.Error);
        using var result = JsonDocument.Parse(outcome.Output);
        result.RootElement.GetProperty("text").GetString()!.ShouldMatch(expected);
    }

    [Theory]
    [InlineData("CLI0002", "--json-schema", "{}", "--regex", "a")]
    [InlineData("CLI0002", "--json-schema", "{}", "--beams", "2")]
    [InlineData("CLI0003", "--grammar", "/nowhere.gbnf")]
    [InlineData("CLI0004", "--json-schema", "{not json")]
    [InlineData("RUN07", "--json-schema", """{"not":{"type":"string"}}""")]
    public async Task A_form_that_cannot_be_had_is_refused(string code, params string[] arguments)
    {
        using var folder = new TemporaryFolder();

        var outcome = await GyreProcess.RunAsync(["generate", "--model", TestData.Require("models/stories260K/derived-hf"), "--prompt", "a", .. arguments, "--data", folder.Path]);

        outcome.ExitCode.ShouldBeGreaterThan(1);
        outcome.Error.ShouldContain(code);
    }

    [Theory]
    [InlineData("models/stories260K/derived-hf", "")]
    [InlineData("models/stories260K/derived-gguf/stories260K-F32.gguf", "stories260K-F32")]
    [InlineData("models/stories260K/derived-gguf/stories260K-F16.gguf", "stories260K-F16")]
    public async Task The_first_log_probabilities_are_the_log_softmax_of_the_golden_logits(string model, string quantised)
    {
        const int Count = 8;
        using var golden = JsonDocument.Parse(File.ReadAllText(TestData.Require("models/stories260K/golden.json")));
        using var goldenQuantised = JsonDocument.Parse(File.ReadAllText(TestData.Require("models/stories260K/derived-gguf/golden_quant.json")));
        var generation = golden.RootElement.GetProperty("generation")[1];
        var reference = quantised.Length == 0 ? generation : goldenQuantised.RootElement.GetProperty("files").GetProperty(quantised);
        reference.GetProperty("prompt").GetString().ShouldBe(generation.GetProperty("prompt").GetString());
        var expected = LogSoftmax([.. reference.GetProperty("last_prompt_logits").EnumerateArray().Select(logit => logit.GetDouble())]);
        var ranked = Enumerable.Range(0, expected.Length).OrderByDescending(id => expected[id]).Take(Count).ToArray();
        using var folder = new TemporaryFolder();
        var ids = folder.File("ids.json", generation.GetProperty("prompt_ids").GetRawText());

        var outcome = await GyreProcess.RunAsync(
            "generate", "--model", TestData.Require(model), "--prompt-ids", ids, "--max-tokens", "1",
            "--temperature", "0", "--logprobs", Count.ToString(), "--json", "--data", folder.Path);

        outcome.ExitCode.ShouldBe(0, outcome.Error);
        using var result = JsonDocument.Parse(outcome.Output);
        var first = result.RootElement.GetProperty("logprobs")[0];
        first.GetProperty("id").GetInt32().ShouldBe(ranked[0]);
        first.GetProperty("logprob").GetDouble().ShouldBe(expected[ranked[0]], 1e-3); // The golden's own tolerance.
        var top = first.GetProperty("top").EnumerateArray().ToArray();
        top.Select(entry => entry.GetProperty("id").GetInt32()).ShouldBe(ranked);
        foreach (var entry in top)
        {
            entry.GetProperty("logprob").GetDouble().ShouldBe(expected[entry.GetProperty("id").GetInt32()], 1e-3);
        }
    }

    [Fact]
    public async Task An_alias_of_the_servers_file_names_a_model()
    {
        var model = TestData.Require("models/stories260K/derived-hf");
        using var folder = new TemporaryFolder();
        folder.File("aliases.yaml", $"default: teller\naliases:\n  teller:\n    model: {model}\n");

        var outcome = await GyreProcess.RunAsync("generate", "--model", "teller", "--prompt", "Once", "--max-tokens", "3", "--json", "--data", folder.Path);
        var unknown = await GyreProcess.RunAsync("generate", "--model", "teler", "--prompt", "Once", "--json", "--data", folder.Path);

        outcome.ExitCode.ShouldBe(0, outcome.Error);
        using var result = JsonDocument.Parse(outcome.Output);
        result.RootElement.GetProperty("model").GetString().ShouldBe("teller");
        unknown.ExitCode.ShouldNotBe(0);
        unknown.Error.ShouldContain("RUN0020");
    }

    [Fact]
    public async Task The_parameters_of_an_alias_hold_where_the_command_line_names_none()
    {
        var model = TestData.Require("models/stories260K/derived-hf");
        using var folder = new TemporaryFolder();
        folder.File("aliases.yaml", $"default: teller\naliases:\n  teller:\n    model: {model}\n    parameters:\n      temperature: 0\n      max_tokens: 5\n");
        string[] command = ["generate", "--model", "teller", "--prompt", "Once", "--json", "--data", folder.Path];

        var first = TokenIds(await GyreProcess.RunAsync(command));
        var second = TokenIds(await GyreProcess.RunAsync(command));
        var longer = TokenIds(await GyreProcess.RunAsync([.. command, "--max-tokens", "7"]));

        first.Length.ShouldBe(5);
        second.ShouldBe(first);
        longer.Length.ShouldBe(7);
        longer[..5].ShouldBe(first);
    }

    [Fact]
    public async Task One_beam_is_greedy_and_chance_is_refused_beside_beams()
    {
        var model = TestData.Require("models/stories260K/derived-hf");
        using var folder = new TemporaryFolder();
        string[] command = ["generate", "--model", model, "--prompt", "Once upon", "--max-tokens", "12", "--json", "--data", folder.Path];

        var greedy = TokenIds(await GyreProcess.RunAsync([.. command, "--temperature", "0"]));
        var one = await GyreProcess.RunAsync([.. command, "--beams", "1"]);
        var refused = await GyreProcess.RunAsync([.. command, "--beams", "4", "--temperature", "1"]);

        TokenIds(one).ShouldBe(greedy);
        using var result = JsonDocument.Parse(one.Output);
        result.RootElement.GetProperty("text").GetString().ShouldNotBeNullOrEmpty();
        result.RootElement.GetProperty("usage").GetProperty("completion_tokens").GetInt32().ShouldBe(12);
        result.RootElement.GetProperty("timings").TryGetProperty("prompt_ms", out var promptTime).ShouldBeTrue();
        promptTime.ValueKind.ShouldBe(JsonValueKind.Null); // Not measured apart, so not told as 0.
        var alone = await GyreProcess.RunAsync([.. command, "--length-penalty", "2"]);
        folder.File("aliases.yaml", $"default: a\naliases:\n  a:\n    model: {model}\n    parameters:\n      stop: [x]\n");
        var stops = await GyreProcess.RunAsync("generate", "--model", "a", "--prompt", "Once", "--beams", "2", "--data", folder.Path);
        alone.Error.ShouldContain("CLI0002");
        stops.Error.ShouldContain("stop texts of the alias 'a'");
        refused.Error.ShouldContain("--temperature");
        refused.Error.ShouldContain("CLI0002");
    }

    [Fact]
    public async Task A_seed_fixes_a_sampled_answer()
    {
        var model = TestData.Require("models/stories260K/derived-hf");
        using var folder = new TemporaryFolder();
        string[] command = ["generate", "--model", model, "--prompt", "Once", "--max-tokens", "20", "--temperature", "1", "--seed", "7", "--json", "--data", folder.Path];

        var first = await GyreProcess.RunAsync(command);
        var second = await GyreProcess.RunAsync(command);

        TokenIds(first).ShouldBe(TokenIds(second));
    }

    [Fact]
    public async Task A_prompt_longer_than_the_context_is_refused_with_its_length()
    {
        var model = TestData.Require("models/stories260K/derived-hf");
        using var folder = new TemporaryFolder();
        var ids = folder.File("ids.txt", string.Join(' ', Enumerable.Repeat(5, 600)));

        var outcome = await GyreProcess.RunAsync("generate", "--model", model, "--prompt-ids", ids, "--json", "--data", folder.Path);

        outcome.ExitCode.ShouldBe(3);
        JsonDocument.Parse(outcome.Output).RootElement.GetProperty("error").GetProperty("code").GetString().ShouldBe("RUN0301");
        outcome.Error.ShouldContain("600 tokens");
    }

    [Fact]
    public async Task An_unknown_model_is_named_with_what_to_do()
    {
        using var folder = new TemporaryFolder();

        var outcome = await GyreProcess.RunAsync("generate", "--model", "nowhere", "--prompt", "x", "--data", folder.Path);

        outcome.ExitCode.ShouldBe(3);
        outcome.Error.ShouldContain("nowhere");
        outcome.Error.ShouldContain("gyre pull");
    }

    private static double[] LogSoftmax(double[] logits)
    {
        var largest = logits.Max();
        var normaliser = largest + Math.Log(logits.Sum(logit => Math.Exp(logit - largest)));
        return [.. logits.Select(logit => logit - normaliser)];
    }

    private static int[] TokenIds(GyreProcess.Outcome outcome)
    {
        using var result = JsonDocument.Parse(outcome.Output);
        return [.. result.RootElement.GetProperty("token_ids").EnumerateArray().Select(id => id.GetInt32())];
    }
}

using System.Text.Json.Nodes;
using Gyre.Models.Adapters;
using Gyre.Models.Architectures;
using Gyre.TestSupport;

namespace Gyre.Models.Tests.Adapters;

public sealed class AdapterConfigurationReaderTests
{
    [Fact]
    public void Every_fault_is_named_at_once()
    {
        var error = Should.Throw<ModelException>(() => Read("""
            {"peft_type": "LORA", "r": 0, "lora_alpha": "much", "bias": "some", "target_modules": "((", "rank_pattern": {"q": -1, "(": 4}, "alpha_pattern": []}
            """));
        error.Code.ShouldBe("RUN0420");
        foreach (var name in new[] { "r is 0", "lora_alpha", "bias is 'some'", "target_modules: '(('", "rank_pattern.q is -1", "rank_pattern: '('", "alpha_pattern" })
        {
            error.Message.ShouldContain(name);
        }
    }

    [Theory]
    [InlineData("""{"target_modules": ["q_proj"]}""", "peft_type is missing")]
    [InlineData("""{"peft_type": "LORA"}""", "target_modules is missing")]
    [InlineData("""{"peft_type": "LORA", "target_modules": []}""", "target_modules is missing or empty")]
    [InlineData("""{"peft_type": "LORA", "target_modules": [1]}""", "target_modules is [1]")]
    [InlineData("""{"peft_type": "LORA", "target_modules": ".*q_proj", "layers_to_transform": [1]}""", "layers_to_transform")]
    public void A_fault_says_what_was_found(string json, string expected) =>
        Should.Throw<ModelException>(() => Read(json)).Message.ShouldContain(expected);

    [Fact]
    public void Unknown_fields_are_ignored() =>
        Read("""{"peft_type": "IA3", "target_modules": ["k_proj"], "invented_later": {"x": [1]}}""").Kind.ShouldBe(AdapterKind.Scaling);

    [Fact]
    public void Targets_are_ends_of_paths_from_a_dot_on()
    {
        Targets("""["q_proj", "mlp.down_proj", "model.layers.2.self_attn.k_proj"]""").ShouldBe(
            ["0.self_attn.q_proj", "0.mlp.down_proj", "1.self_attn.q_proj", "1.mlp.down_proj", "2.self_attn.q_proj", "2.self_attn.k_proj", "2.mlp.down_proj"]);
        Targets("""["proj", "_proj", "attn"]""").ShouldBeEmpty();
    }

    [Fact]
    public void An_expression_is_of_the_whole_path()
    {
        Targets("\".*layers\\\\.[01]\\\\..*(q|v)_proj\"").ShouldBe(["0.self_attn.q_proj", "0.self_attn.v_proj", "1.self_attn.q_proj", "1.self_attn.v_proj"]);
        Targets("\"q_proj\"").ShouldBeEmpty();
        Targets("\"model\\\\.layers(?=\\\\.2).*q_proj\"").ShouldBe(["2.self_attn.q_proj"]); // Needs to look ahead.
        Targets("\"a)|(.*q_proj\"", isFaulty: true).ShouldBeEmpty();
    }

    [Fact]
    public void All_linear_means_every_matrix_but_the_output()
    {
        var targets = Targets("\"ALL-linear\"");
        targets.Count.ShouldBe(3 * 7);
        targets.ShouldNotContain(path => path.Contains("lm_head", StringComparison.Ordinal) || path.Contains("norm", StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_excluded_is_no_target()
    {
        Targets("""["q_proj", "v_proj"]""", """, "exclude_modules": ["layers.1.self_attn.q_proj", "v_proj"]""").ShouldBe(["0.self_attn.q_proj", "2.self_attn.q_proj"]);
        Targets("\"all-linear\"", """, "exclude_modules": ".*mlp.*" """).Count.ShouldBe(3 * 4);
    }

    [Fact]
    public void Layers_are_chosen_by_number_and_by_the_name_before_it()
    {
        Targets("""["q_proj"]""", """, "layers_to_transform": [0, 2]""").ShouldBe(["0.self_attn.q_proj", "2.self_attn.q_proj"]);
        Targets("""["q_proj"]""", """, "layers_to_transform": 1, "layers_pattern": "layers" """).ShouldBe(["1.self_attn.q_proj"]);
        Targets("""["q_proj"]""", """, "layers_to_transform": 1, "layers_pattern": ["blocks", "h"] """).ShouldBeEmpty();
    }

    [Fact]
    public void An_expression_that_takes_too_long_is_a_fault()
    {
        using var adapter = new WrittenAdapter();
        adapter.Json["target_modules"] = @"(?=m)(?:([a-z._0-9]+)+)+(?!.*)";
        AdapterBindingTests.Refused(adapter.Write(), "RUN0420").ShouldContain("takes too long");
    }

    [Fact]
    public void Ranks_and_scales_follow_their_patterns()
    {
        var configuration = Read("""
            {"peft_type": "LORA", "r": 4, "lora_alpha": 8, "target_modules": "all-linear", "rank_pattern": {"q_proj": 16, "layers\\.1\\..*": 2}, "alpha_pattern": {"self_attn.v_proj": 1}}
            """);
        configuration.RankOf("model.layers.1.self_attn.q_proj").ShouldBe(16); // The first that matches.
        configuration.RankOf("model.layers.1.mlp.up_proj").ShouldBe(2);
        configuration.RankOf("model.layers.0.mlp.up_proj").ShouldBe(4);
        configuration.ScaleOf("model.layers.0.mlp.up_proj").ShouldBe(2f);
        configuration.ScaleOf("model.layers.0.self_attn.v_proj").ShouldBe(0.25f);
        (configuration with { DividesByRoot = true }).ScaleOf("model.layers.0.mlp.up_proj").ShouldBe(4f);
    }

    [Fact]
    public void Ranks_that_training_took_away_are_not_expected()
    {
        using var adapter = new WrittenAdapter("peft-adalora-llama");
        adapter.Json["rank_pattern"] = new JsonObject
        {
            ["model.layers.0.self_attn.q_proj.lora_E"] = new JsonArray(true, false, true, false, false, false),
            ["model.layers.1.mlp.up_proj.lora_E"] = new JsonArray(false, false, false, false, false, false),
        };
        foreach (var part in new[] { "A", "B", "E" })
        {
            var name = WrittenAdapter.Name(0, "self_attn.q_proj.lora_" + part);
            var (values, shape) = adapter.Tensors[name];
            adapter.Tensors[name] = (values[..(values.Length / 3)], part == "B" ? [64, 2] : [2, shape[1]]);
            adapter.Tensors.Remove(WrittenAdapter.Name(1, "mlp.up_proj.lora_" + part)).ShouldBeTrue();
        }

        using var loaded = Tests.Architectures.LoadedDecoder.Open("models/kit/llama");
        loaded.Decoder.LoadAdapter("a", adapter.Write());
        AdapterGoldenTests.LogitsOf(loaded.Decoder, [1, 2, 3], "a").ShouldNotBe(loaded.LogitsOf([1, 2, 3]));
    }

    internal static AdapterConfiguration Read(string json) => AdapterConfigurationReader.Read(JsonNode.Parse(json)!.AsObject(), "here");

    private static List<string> Targets(string targets, string rest = "", bool isFaulty = false)
    {
        if (isFaulty)
        {
            Should.Throw<ModelException>(() => Read($$"""{"peft_type": "LORA", "target_modules": {{targets}}{{rest}}}""")).Code.ShouldBe("RUN0420");
            return [];
        }

        var path = Path.Combine(TestData.Require("models/kit/llama"), "config.json");
        var architecture = Architecture.Create(DecoderConfiguration.FromHuggingFace(File.ReadAllText(path), path), path);
        var configuration = Read($$"""{"peft_type": "LORA", "target_modules": {{targets}}{{rest}}}""");
        return [.. AdapterModule.Of(architecture).Where(configuration.Targets.Includes).Select(module => module.Path.Replace("model.layers.", "", StringComparison.Ordinal))];
    }
}

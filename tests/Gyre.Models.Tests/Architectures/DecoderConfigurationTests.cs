using System.Text.Json.Nodes;
using Gyre.Models.Architectures;
using Gyre.Models.Weights;
using Gyre.TestSupport;

namespace Gyre.Models.Tests.Architectures;

public sealed class DecoderConfigurationTests
{
    private const string Minimal = """
        {"model_type":"llama","vocab_size":32,"hidden_size":16,"intermediate_size":24,"num_hidden_layers":2,"num_attention_heads":4,"max_position_embeddings":64}
        """;

    [Fact]
    public void Absent_fields_take_the_format_s_defaults()
    {
        var configuration = Read(Minimal);
        configuration.KeyValueHeads.ShouldBe(4);
        configuration.HeadWidth.ShouldBe(4);
        configuration.NormEpsilon.ShouldBe(1e-6f);
        configuration.Rotary.Theta.ShouldBe(10_000);
        configuration.TieEmbeddings.ShouldBeFalse();
        configuration.SlidingWindow.ShouldBe(0);
    }

    [Fact]
    public void Old_and_new_rotary_fields_mean_the_same()
    {
        var old = Read(With("rope_theta", "500000.0", "rope_scaling", """{"type":"llama3","factor":8,"low_freq_factor":1,"high_freq_factor":4,"original_max_position_embeddings":32}"""));
        var now = Read(With("rope_parameters", """{"rope_theta":500000.0,"rope_type":"llama3","factor":8,"low_freq_factor":1,"high_freq_factor":4,"original_max_position_embeddings":32}"""));
        now.Rotary.ShouldBe(old.Rotary with { FrequencyDivisors = now.Rotary.FrequencyDivisors });
        now.Rotary.Scaling.ShouldBe(RotaryScaling.Llama3);
    }

    [Fact]
    public void All_faults_are_reported_at_once()
    {
        var error = Should.Throw<ModelException>(() => Read(With(
            "vocab_size", "\"many\"", "hidden_size", "null", "num_attention_heads", "3", "num_key_value_heads", "2",
            "hidden_act", "\"relu\"", "rope_scaling", """{"rope_type":"spiral","factor":2}""")));
        error.Code.ShouldBe("RUN0401");
        foreach (var fault in (string[])["vocab_size is \"many\"", "hidden_size is missing", "multiple of the second", "hidden_act is 'relu'", "rope_type is 'spiral'", "config.json"])
        {
            error.Message.ShouldContain(fault);
        }
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("[]")]
    [InlineData("""{"model_type":"llama","model_type":"llama"}""")]
    [InlineData("""{"model_type":"\ud800"}""")]
    [InlineData("""{"model_type":"llama","\ud800":1}""")]
    [InlineData("""{"model_type":"llama","rope_scaling":{"\udc00":1}}""")]
    [InlineData("""{"model_type":"llama","layer_types":["\ud800\u0041"],"sliding_window":1}""")]
    public void Text_that_is_no_configuration_is_refused(string json) =>
        Should.Throw<ModelException>(() => Read(json)).Code.ShouldBe("RUN0401");

    [Theory]
    [InlineData("mamba", "llama")]
    [InlineData("mixtral", "mistral")]
    [InlineData("gpt_bigcode", "gpt_neo")]
    [InlineData("qwen2_moe", "qwen2")]
    public void An_unknown_architecture_is_named_with_the_nearest_that_is_known(string name, string nearest)
    {
        var error = Should.Throw<ModelException>(() => Read(With("model_type", $"\"{name}\"")));
        error.Code.ShouldBe("RUN0402");
        error.Message.ShouldContain($"'{name}'");
        error.Message.ShouldContain($"The nearest of these is {nearest};");
    }

    [Fact]
    public void Faults_are_told_in_the_family_s_own_field_names()
    {
        var error = Should.Throw<ModelException>(() => Read(
            """{"model_type":"gpt2","vocab_size":32,"n_embd":30,"n_layer":-2,"n_head":4,"n_positions":"long","activation_function":"softsign"}"""));
        foreach (var fault in (string[])["n_embd is 30; expected a multiple of the number of heads, 4", "n_layer is -2", "n_positions is \"long\"", "activation_function is 'softsign'"])
        {
            error.Message.ShouldContain(fault);
        }
    }

    [Fact]
    public void Every_family_writes_what_it_reads()
    {
        foreach (var family in Architecture.Families)
        {
            var written = DecoderVariants.Small(family.Name).ToHuggingFace();
            var read = Read(written);
            read.Architecture.ShouldBe(family.Name);
            read.ToHuggingFace().ShouldBe(written, family.Name);
        }
    }

    [Theory]
    [InlineData("num_hidden_layers", "2000000000")]
    [InlineData("vocab_size", "-5")]
    [InlineData("head_dim", "3")]
    [InlineData("rms_norm_eps", "-1")]
    [InlineData("rope_theta", "0")]
    public void Hostile_numbers_are_refused(string field, string value) =>
        Should.Throw<ModelException>(() => Read(With(field, value))).Code.ShouldBe("RUN0401");

    [Theory]
    [InlineData("dynamic", 512, 128)]
    [InlineData("linear", 128, 128)]
    public void Dynamic_scaling_makes_the_context_longer_by_its_factor(string kind, int context, int original)
    {
        var read = Read(With("max_position_embeddings", "128", "rope_scaling", $$"""{"rope_type":"{{kind}}","factor":4}"""));

        read.ContextLength.ShouldBe(context);
        read.Rotary.OriginalContextLength.ShouldBe(original);
        Read(read.ToHuggingFace()).ContextLength.ShouldBe(context);
    }

    [Theory]
    [InlineData("llama", "f16")]
    [InlineData("qwen2", "f16")]
    [InlineData("qwen3", "q8_0")]
    public void Gguf_metadata_and_config_json_agree(string folder, string encoding)
    {
        var place = TestData.Require("models/kit/" + folder);
        var expected = DecoderConfiguration.FromHuggingFace(File.ReadAllText(Path.Combine(place, "config.json")), place);
        using var file = GgufFile.Open(Path.Combine(place, $"model.{encoding}.gguf"));
        var actual = DecoderConfiguration.FromGguf(file);
        (actual with { SlidingLayers = [], EndTokenIds = [], BeginTokenId = null, Rotary = new RotaryOptions() })
            .ShouldBe(expected with { SlidingLayers = [], EndTokenIds = [], BeginTokenId = null, Rotary = new RotaryOptions() });
        actual.Rotary.Theta.ShouldBe(expected.Rotary.Theta);
    }

    private static DecoderConfiguration Read(string json) => DecoderConfiguration.FromHuggingFace(json, "config.json");

    /// <summary>The minimal configuration with fields set to raw JSON.</summary>
    private static string With(params string[] fields)
    {
        var json = JsonNode.Parse(Minimal)!.AsObject();
        for (var i = 0; i < fields.Length; i += 2)
        {
            json[fields[i]] = JsonNode.Parse(fields[i + 1]);
        }

        return json.ToJsonString();
    }
}

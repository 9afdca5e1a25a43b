using Gyre.Models;
using Gyre.Models.Architectures;
using Gyre.Models.Catalog;
using Gyre.Models.Conversion;
using Gyre.Models.Tokenizers;
using Gyre.Models.Weights;
using Gyre.Tensors.Quantization;
using Gyre.Tensors.Threading;
using Gyre.TestSupport;
using Gyre.Training.Quantization;

namespace Gyre.Training.Tests.Quantization;

public sealed class ConversionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ThreadTeam _team = new(2);

    public void Dispose()
    {
        _team.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("llama")]
    [InlineData("llama-rope-linear")]
    [InlineData("llama-rope-llama3")]
    [InlineData("llama-rope-yarn")]
    [InlineData("qwen2")]
    [InlineData("qwen3")]
    [InlineData("gpt2")]
    [InlineData("gpt_neox")]
    [InlineData("bloom")]
    [InlineData("falcon")]
    [InlineData("phi")]
    [InlineData("phi3")]
    [InlineData("gemma")]
    public void A_folder_written_as_F32_gives_the_same_logits(string name)
    {
        // Frequencies that a file stores as divisors are rounded once; everything else is the same numbers.
        SameLogits(ModelFolder.Open(TestData.Require("models/kit/" + name)), name == "llama-rope-llama3" ? 1e-4f : 1e-6f);
    }

    [Theory]
    [InlineData("gpt_neox-sequential", "\"hidden_act\": \"gelu_new\"", "\"hidden_act\": \"gelu\"")]
    [InlineData("gemma2", "\"query_pre_attn_scalar\": 24", "\"query_pre_attn_scalar\": 16")]
    [InlineData("gemma3", "\"query_pre_attn_scalar\": 20", "\"query_pre_attn_scalar\": 12")]
    public void A_setting_that_the_format_has_no_key_for_is_refused_and_its_usual_value_written(string name, string unusual, string usual)
    {
        var folder = Copy(TestData.Require("models/kit/" + name));
        var config = Path.Combine(folder, "config.json");
        File.ReadAllText(config).ShouldContain(unusual);
        Should.Throw<ModelException>(() => GgufSource.Open(ModelFolder.Open(folder), withVocabulary: false).Dispose()).Code.ShouldBe("RUN0442");

        File.WriteAllText(config, File.ReadAllText(config).Replace(unusual, usual));

        SameLogits(ModelFolder.Open(folder), 1e-6f);
    }

    private void SameLogits(ModelFolder source, float tolerance)
    {
        var path = Convert(source);

        var expected = Logits(source);
        var actual = Logits(ModelFolder.Open(path));

        for (var i = 0; i < expected.Length; i++)
        {
            actual[i].ShouldBe(expected[i], tolerance, $"logit {i}");
        }
    }

    [Theory]
    [InlineData("gpt_neo", "RUN0442", "'gpt_neo'")]
    [InlineData("opt", "RUN0442", "The nearest of these is")]
    [InlineData("llama-rope-dynamic", "RUN0442", "dynamic")]
    public void What_the_format_cannot_say_is_refused_by_name(string name, string code, string named)
    {
        var folder = ModelFolder.Open(TestData.Require("models/kit/" + name));

        var error = Should.Throw<ModelException>(() => GgufSource.Open(folder, withVocabulary: false).Dispose());

        error.Code.ShouldBe(code);
        error.Message.ShouldContain(named);
    }

    [Fact]
    public void A_folder_without_a_tokenizer_needs_leave()
    {
        var folder = ModelFolder.Open(TestData.Require("models/kit/llama"));

        Should.Throw<ModelException>(() => GgufSource.Open(folder).Dispose()).Code.ShouldBe("RUN0444");
    }

    [Fact]
    public void The_mapping_of_names_and_rows_is_that_of_another_converter()
    {
        var path = Convert(ModelFolder.Open(TestData.Require("models/kit/llama")), ElementFormat.F16);
        using var expected = GgufFile.Open(TestData.Require("models/kit/llama/model.f16.gguf"));
        using var actual = GgufFile.Open(path);

        actual.Names.Order(StringComparer.Ordinal).ShouldBe(expected.Names.Order(StringComparer.Ordinal));
        foreach (var name in expected.Names)
        {
            Bytes(actual.Get(name)).ShouldBe(Bytes(expected.Get(name)), name);
        }
    }

    [Theory]
    [InlineData("tokenizers/gpt2")]
    [InlineData("tokenizers/qwen2")]
    [InlineData("tokenizers/llama3")]
    [InlineData("tokenizers/llama2")]
    [InlineData("models/stories260K/derived-hf")]
    [InlineData("tokenizers/bert-all-MiniLM-L6-v2")]
    public void A_vocabulary_is_read_back_with_the_same_tokens(string folder)
    {
        var path = TestData.Require(folder);
        var source = TokenizerLoader.FromFolder(path);
        var model = WithTokenizer(path, source.VocabularySize);

        using (var converted = GgufSource.Open(ModelFolder.Open(model)))
        {
            new Quantizer(_team).Write(converted, new QuantizationOptions { Format = ElementFormat.Q8_0 }, _folder.In("out.gguf"));
        }

        var text = File.ReadAllText(TestData.Require("tokenizers/llama.cpp-vocab/ggml-vocab.inp"));
        TextChecks.Tokenizers(source, ModelLoader.LoadTokenizer(_folder.In("out.gguf")), text).Differences.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_Unigram_vocabulary_of_a_decoder_is_read_back_with_the_same_tokens(bool joinsSpaces)
    {
        ConvertibleFolder.AddUnigramJson(_folder.In("vocabulary"), T5(), joinsSpaces);
        var source = TokenizerLoader.FromFolder(_folder.In("vocabulary"));
        var model = WithTokenizer(_folder.In("vocabulary"), source.VocabularySize);

        using (var converted = GgufSource.Open(ModelFolder.Open(model)))
        {
            new Quantizer(_team).Write(converted, new QuantizationOptions { Format = ElementFormat.Q8_0 }, _folder.In("out.gguf"));
        }

        TextChecks.Tokenizers(source, ModelLoader.LoadTokenizer(_folder.In("out.gguf")), " a leading space and  two").Differences.ShouldBeEmpty();
    }

    private string T5()
    {
        using var source = GgufSource.Open(ModelFolder.Open(ConvertibleFolder.T5(_folder.In("t5"))));
        return new Quantizer(_team).Write(source, new QuantizationOptions { Format = ElementFormat.Q8_0 }, _folder.In("t5.gguf")).Path;
    }

    private static unsafe byte[] Bytes(WeightTensor tensor) => new ReadOnlySpan<byte>(tensor.Bytes, (int)tensor.LengthBytes).ToArray();

    private string Copy(string source)
    {
        var folder = Directory.CreateDirectory(_folder.In("copy")).FullName;
        foreach (var file in Directory.GetFiles(source))
        {
            File.WriteAllBytes(Path.Combine(folder, Path.GetFileName(file)), File.ReadAllBytes(file)); // Not its read-only mark.
        }

        return folder;
    }

    /// <summary>A one-layer network beside a copy of a vocabulary.</summary>
    private string WithTokenizer(string vocabulary, int tokens)
    {
        const int Width = 32;
        var folder = Directory.CreateDirectory(_folder.In("model")).FullName;
        foreach (var file in Directory.GetFiles(vocabulary).Where(file => Path.GetFileName(file) is not ("config.json" or "generation_config.json") && !file.EndsWith(".safetensors", StringComparison.Ordinal)))
        {
            var name = Path.GetFileName(file) switch { "encoder.json" => "vocab.json", "vocab.bpe" => "merges.txt", var other => other };
            File.Copy(file, Path.Combine(folder, name));
        }

        File.WriteAllText(Path.Combine(folder, "config.json"), $$"""
            {"model_type":"llama","vocab_size":{{tokens}},"hidden_size":{{Width}},"intermediate_size":{{Width}},"num_hidden_layers":1,
             "num_attention_heads":1,"num_key_value_heads":1,"max_position_embeddings":64,"tie_word_embeddings":true,"rms_norm_eps":1e-5}
            """);
        var writer = new SafetensorsWriter().Add("model.embed_tokens.weight", SmallModel.Values(tokens * Width, 1, 1), tokens, Width)
            .Add("model.norm.weight", SmallModel.Values(Width, 2, 1), Width)
            .Add("model.layers.0.input_layernorm.weight", SmallModel.Values(Width, 3, 1), Width)
            .Add("model.layers.0.post_attention_layernorm.weight", SmallModel.Values(Width, 4, 1), Width);
        foreach (var name in (string[])["self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.o_proj", "mlp.gate_proj", "mlp.up_proj", "mlp.down_proj"])
        {
            writer.Add($"model.layers.0.{name}.weight", SmallModel.Values(Width * Width, name.Length, 1), Width, Width);
        }

        writer.Write(Path.Combine(folder, "model.safetensors"));
        return folder;
    }

    private string Convert(ModelFolder folder, ElementFormat format = ElementFormat.F32)
    {
        using var source = GgufSource.Open(folder, withVocabulary: false);
        return new Quantizer(_team).Write(source, new QuantizationOptions { Format = format }, _folder.In("out.gguf")).Path;
    }

    private float[] Logits(ModelFolder folder)
    {
        using var decoder = ModelLoader.LoadDecoder(folder, new DecoderOptions { Team = _team, Format = ElementFormat.F32 });
        int[] tokens = [.. Enumerable.Range(0, 24).Select(i => ((i * 37) + 5) % decoder.VocabularySize)];
        using var session = decoder.CreateSession(tokens.Length);
        var logits = new float[tokens.Length * decoder.VocabularySize];
        session.ForwardAll(tokens, logits);
        return logits;
    }
}

using Gyre.Models.Catalog;
using Gyre.Models.Tests.Weights;
using Gyre.Models.Weights;
using Gyre.TestSupport;

namespace Gyre.Models.Tests.Catalog;

public sealed class ModelFolderTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_parts_of_a_safetensors_folder_are_found()
    {
        var model = ModelFolder.Open(TestData.Require("models/stories260K/derived-hf"));

        model.Format.ShouldBe(ModelFormat.Safetensors);
        Path.GetFileName(model.WeightFiles.ShouldHaveSingleItem()).ShouldBe("model.safetensors");
        Path.GetFileName(model.ConfigPath).ShouldBe("config.json");
        Path.GetFileName(model.SentencePiecePath).ShouldBe("tokenizer.model");
        model.HasTokenizer.ShouldBeTrue();
        model.TokenizerJsonPath.ShouldBeNull();
        model.ReadChatTemplate().ShouldBeNull();
        using var weights = model.OpenWeights();
        weights.Get("model.norm.weight").Shape.ShouldBe([64]);
    }

    [Fact]
    public void A_gguf_file_is_a_model_by_itself()
    {
        var path = TestData.Require("models/stories260K/derived-gguf/stories260K-Q8_0.gguf");
        var model = ModelFolder.Open(path);

        model.Format.ShouldBe(ModelFormat.Gguf);
        model.HasTokenizer.ShouldBeTrue();
        model.ConfigPath.ShouldBeNull();
        model.WeightBytes.ShouldBe(new FileInfo(path).Length);
        using var weights = model.OpenWeights();
        weights.ShouldBeOfType<GgufFile>();
        Should.Throw<ModelException>(() => ModelFolder.Open(Path.GetDirectoryName(path)!)).Message.ShouldContain("4 GGUF files");
    }

    [Fact]
    public void What_is_missing_is_named()
    {
        Should.Throw<ModelException>(() => ModelFolder.Open(Path.Combine(_folder.Path, "none"))).Code.ShouldBe("RUN0020");
        var empty = Should.Throw<ModelException>(() => ModelFolder.Open(_folder.Path));
        empty.Code.ShouldBe("RUN0021");
        empty.Message.ShouldContain("weights");
        _folder.Write("model.safetensors", SafetensorsBytes.Valid());
        Should.Throw<ModelException>(() => ModelFolder.Open(_folder.Path)).Message.ShouldContain("config.json");
        _folder.Write("model.safetensors.index.json", """{"weight_map":{"a":"model-1.safetensors"}}""");
        Should.Throw<ModelException>(() => ModelFolder.Open(_folder.Path)).Message.ShouldContain("model-1.safetensors");
        Should.Throw<ModelException>(() => ModelFolder.Open(_folder.Write("model.bin", "x"))).Code.ShouldBe("RUN0021");
    }

    [Fact]
    public void The_template_is_found_wherever_models_keep_it()
    {
        _folder.Write("model.safetensors", SafetensorsBytes.Valid());
        _folder.Write("config.json", "{}");
        Template().ShouldBeNull();
        _folder.Write("tokenizer_config.json", """{"chat_template":null}""");
        Template().ShouldBeNull();
        _folder.Write("tokenizer_config.json", """{"chat_template":"from config"}""");
        Template().ShouldBe("from config");
        _folder.Write("tokenizer_config.json", """{"chat_template":[{"name":"tool_use","template":"t"},{"name":"default","template":"d"}]}""");
        Template().ShouldBe("d");
        _folder.Write("chat_template.json", """{"chat_template":"from json"}""");
        Template().ShouldBe("from json");
        _folder.Write("chat_template.jinja", "from jinja");
        Template().ShouldBe("from jinja");

        string? Template() => ModelFolder.Open(_folder.Path).ReadChatTemplate();
    }

    [Theory]
    [InlineData("""{"chat_template":1}""")]
    [InlineData("""{"chat_template":[{"name":"other","template":"t"}]}""")]
    [InlineData("""{"chat_template":[{"name":"default"}]}""")]
    [InlineData("""{"chat_template":"a","chat_template":"b"}""")]
    [InlineData("""{"chat_template":"\ud800"}""")]
    [InlineData("""{"chat_template":"a","\udc00":1}""")]
    [InlineData("""{"chat_template":[{"name":"default","\ud800":"t"}]}""")]
    [InlineData("""[]""")]
    [InlineData("""{""")]
    public void A_malformed_template_is_an_error_not_a_base_model(string json)
    {
        _folder.Write("model.safetensors", SafetensorsBytes.Valid());
        _folder.Write("config.json", "{}");
        _folder.Write("tokenizer_config.json", json);

        Should.Throw<ModelException>(() => ModelFolder.Open(_folder.Path).ReadChatTemplate()).Code.ShouldBe("RUN0022");
    }

    [Fact]
    public void The_template_of_a_gguf_file_is_read_from_its_metadata()
    {
        var path = Path.Combine(_folder.Path, "m.gguf");
        new GgufWriter().SetString("tokenizer.chat_template", "{{ x }}").Write(path);

        ModelFolder.Open(path).ReadChatTemplate().ShouldBe("{{ x }}");
    }
}

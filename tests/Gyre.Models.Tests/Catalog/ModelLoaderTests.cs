using Gyre.Models.Catalog;
using Gyre.Models.Tests.Weights;
using Gyre.Tensors.Threading;
using Gyre.TestSupport;

namespace Gyre.Models.Tests.Catalog;

public sealed class ModelLoaderTests : IDisposable
{
    private readonly ScratchFolder _folder = new();
    private readonly ThreadTeam _team = new(2);

    public ModelLoaderTests()
    {
        foreach (var file in Directory.GetFiles(TestData.Require("models/stories260K/derived-hf")))
        {
            _folder.Write(Path.GetFileName(file), File.ReadAllBytes(file));
        }
    }

    public void Dispose()
    {
        _team.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"eos_token_id":null}""")]
    [InlineData("""{"eos_token_id":2}""")]
    [InlineData("""{"eos_token_id":[2,3,2000000000,-1]}""")]
    public async Task A_generation_configuration_may_add_end_tokens(string json)
    {
        await using var model = await Load(json);

        model.Name.ShouldBe("stories");
    }

    [Theory]
    [InlineData("""{"eos_token_id":[null]}""", "RUN0401")]
    [InlineData("""{"eos_token_id":1.5}""", "RUN0401")]
    [InlineData("""{"eos_token_id":[2,"</s>"]}""", "RUN0401")]
    [InlineData("""{"eos_token_id":99999999999}""", "RUN0401")]
    [InlineData("""{"eos_token_id":{}}""", "RUN0401")]
    [InlineData("""[]""", "RUN0022")]
    public async Task End_tokens_that_are_not_whole_numbers_are_named(string json, string code)
    {
        var error = await Should.ThrowAsync<ModelException>(Load(json));

        error.Code.ShouldBe(code);
        error.Message.ShouldContain("generation_config.json");
    }

    /// <summary>Guards against: any JSON file, such as the one that says where a model was fetched from, hid the vocabulary in a GGUF file.</summary>
    [Fact]
    public void The_vocabulary_of_a_fetched_GGUF_file_is_its_own_whatever_else_lies_beside_it()
    {
        using var fetched = new ScratchFolder();
        fetched.Write("tiny.gguf", File.ReadAllBytes(TestData.Require("models/stories260K/derived-gguf/stories260K-Q8_0.gguf")));
        fetched.Write("gyre-source.json", "{}");

        ModelLoader.LoadTokenizer(fetched.Path).VocabularySize.ShouldBe(512);
    }

    private Task<LanguageModel> Load(string json)
    {
        _folder.Write("generation_config.json", json);
        return new ModelLoader(_team, TimeProvider.System).LoadAsync(ModelFolder.Open(_folder.Path), "stories");
    }
}

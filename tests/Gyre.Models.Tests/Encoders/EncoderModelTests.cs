using Gyre.Models.Architectures;
using Gyre.Models.Catalog;
using Gyre.Models.Encoders;
using Gyre.Tensors.Threading;
using Gyre.TestSupport;

namespace Gyre.Models.Tests.Encoders;

public sealed class EncoderModelTests : IDisposable
{
    private readonly ThreadTeam _team = new(1);

    public void Dispose() => _team.Dispose();

    [Theory]
    [InlineData("bert", ModelKind.Embedding)]
    [InlineData("bert/model.q8_0.gguf", ModelKind.Embedding)]
    [InlineData("bert-mlm", ModelKind.MaskedWords)]
    [InlineData("bert-qa", ModelKind.QuestionAnswering)]
    [InlineData("distilbert-seqcls", ModelKind.TextClassification)]
    [InlineData("bert-tokcls", ModelKind.TokenClassification)]
    [InlineData("llama", ModelKind.Generation)]
    public void A_model_s_kind_is_told_without_loading_it(string name, ModelKind kind) =>
        EncoderModel.KindOf(Folder(name)).ShouldBe(kind);

    [Fact]
    public async Task The_loader_of_models_loads_encoders_as_what_they_are()
    {
        var loader = new ModelLoader(_team, TimeProvider.System);
        await using var model = await loader.LoadAsync(Folder("bert"), "vectors");
        (model.Kind, model.Name, model.Embedder!.Dimensions).ShouldBe((ModelKind.Embedding, "vectors", 64));
        model.Reranker.ShouldBeNull();
        var error = Should.Throw<ModelException>(() => model.Generator.GenerateAsync([1], new()));
        error.Code.ShouldBe("RUN0602");
        error.Message.ShouldContain("'vectors': it is a model for embedding; continuing a text was asked of it");
        Should.Throw<ModelException>(() => model.Decoder.CreateSession(1)).Code.ShouldBe("RUN0602");
        var vectors = await model.Embedder.GenerateAsync(new[] { new[] { 3, 4, 5 } });
        vectors[0].Vector.Length.ShouldBe(64);
        (await Should.ThrowAsync<ModelException>(() => model.Embedder.GenerateAsync(["text"]))).Code.ShouldBe("RUN0307");
    }

    [Fact]
    public async Task A_decoder_stays_a_model_that_continues_text()
    {
        await using var model = await new ModelLoader(_team, TimeProvider.System).LoadAsync(Folder("llama"), "words");
        (model.Kind, model.Encoder, model.Embedder).ShouldBe((ModelKind.Generation, null, null));
    }

    [Fact]
    public async Task A_gguf_file_and_its_folder_give_vectors_that_point_alike()
    {
        var loader = new ModelLoader(_team, TimeProvider.System);
        await using var folder = await loader.LoadAsync(Folder("bert"), "a");
        await using var file = await loader.LoadAsync(Folder("bert/model.f16.gguf"), "b");
        int[] ids = [222, 74, 106, 83, 294, 49];
        var (first, second) = ((await folder.Embedder!.GenerateAsync(new[] { ids }))[0].Vector.ToArray(), (await file.Embedder!.GenerateAsync(new[] { ids }))[0].Vector.ToArray());
        var norm = Math.Sqrt(first.Sum(value => (double)value * value));
        first.Zip(second).Sum(pair => pair.First / norm * pair.Second).ShouldBe(1, 1e-4);
    }

    [Fact]
    public void A_folder_that_says_how_it_makes_vectors_makes_them_whatever_its_head()
    {
        using var folder = new EncoderFolder(EncoderHead.MaskedWords, hasSentenceFiles: true);
        using var model = folder.Load();
        (model.Kind, model.FillMask).ShouldBe((ModelKind.Embedding, null));
    }

    [Fact]
    public void A_tokenizer_with_more_tokens_than_the_network_is_refused()
    {
        using var folder = new EncoderFolder(EncoderHead.None);
        var names = new[] { "config.json", "model.safetensors" };
        foreach (var name in names)
        {
            File.Copy(Path.Combine(TestData.Require("models/kit/bert"), name), folder.At("new." + name));
            File.Move(folder.At("new." + name), folder.At(name), overwrite: true);
        }

        Should.Throw<ModelException>(folder.Load).Code.ShouldBe("RUN0308");
    }

    private static ModelFolder Folder(string name) => ModelFolder.Open(TestData.Require("models/kit/" + name));
}

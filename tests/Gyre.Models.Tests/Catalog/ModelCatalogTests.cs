using Gyre.Models.Catalog;
using Gyre.Models.Tests.Weights;
using Gyre.Models.Weights;

namespace Gyre.Models.Tests.Catalog;

public sealed class ModelCatalogTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_name_is_looked_up_before_a_path()
    {
        Install("tiny");
        new GgufWriter().Write(Path.Combine(_folder.Path, "models", "other.gguf"));
        var catalog = Catalog();

        catalog.Resolve("tiny").Path.ShouldBe(Path.Combine(_folder.Path, "models", "tiny"));
        catalog.Resolve("other").Format.ShouldBe(ModelFormat.Gguf);
        catalog.Resolve("other.gguf").Format.ShouldBe(ModelFormat.Gguf);
        catalog.Resolve(Path.Combine(_folder.Path, "models", "tiny")).Format.ShouldBe(ModelFormat.Safetensors);
    }

    [Fact]
    public void A_reference_to_nothing_names_what_is_installed()
    {
        Install("tiny");

        var error = Should.Throw<ModelException>(() => Catalog().Resolve("tinny"));

        error.Code.ShouldBe("RUN0020");
        error.Message.ShouldContain("'tiny'");
        error.Message.ShouldContain("gyre pull");
        Should.Throw<ModelException>(() => Catalog().Resolve("")).Code.ShouldBe("RUN0020");
        Should.Throw<ModelException>(() => Catalog().Resolve("../models-elsewhere")).Code.ShouldBe("RUN0020");
        Should.Throw<ModelException>(() => Catalog().Resolve("a\u001b[2Jb")).Message.ShouldNotContain("\u001b");
    }

    [Fact]
    public void A_model_that_cannot_be_used_is_listed_with_its_reason()
    {
        Install("tiny");
        Directory.CreateDirectory(Path.Combine(_folder.Path, "models", "broken"));
        _folder.Write("models/notes.txt", "not a model");

        var models = Catalog().List();

        models.Select(model => model.Name).ShouldBe(["broken", "tiny"]);
        models[0].Fault.ShouldNotBeNull().Code.ShouldBe("RUN0021");
        models[0].Model.ShouldBeNull();
        models[1].Fault.ShouldBeNull();
        models[1].WeightBytes.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void A_catalogue_without_a_folder_is_empty() => Catalog().List().ShouldBeEmpty();

    private ModelCatalog Catalog() => new(Path.Combine(_folder.Path, "models"));

    private void Install(string name)
    {
        _folder.Write($"models/{name}/config.json", "{}");
        _folder.Write($"models/{name}/model.safetensors", SafetensorsBytes.Valid());
    }
}

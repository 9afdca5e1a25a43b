using Gyre.Models;
using Gyre.Models.Adapters.Training;
using Gyre.Models.Weights;
using Gyre.Tensors;
using Gyre.TestSupport;
using Gyre.Training.Bases;

namespace Gyre.Training.Tests.Bases;

public sealed class AdapterConversionTests : IDisposable
{
    private static readonly string Base = Path.Combine(TestData.RepositoryRoot, "models", "compact");
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Every_changed_matrix_has_its_two_factors_in_the_file()
    {
        WriteAdapter(new AdapterOptions { Rank = 4, Alpha = 8, Targets = ["all-linear"] });

        AdapterConversion.WriteGguf(Base, _folder.In("adapter"), _folder.In("adapter.gguf"));

        using var written = GgufFile.Open(_folder.In("adapter.gguf"));
        using var source = GgufFile.Open(Directory.GetFiles(Base, "*.gguf").Single());
        (written.Metadata.GetString("general.type"), written.Metadata.GetString("adapter.type"), written.Metadata.GetFloat("adapter.lora.alpha")).ShouldBe(("adapter", "lora", 8f));
        written.Metadata.GetString("general.architecture").ShouldBe(source.Metadata.GetString("general.architecture"));
        var matrices = source.Names.Where(name => name.StartsWith("blk.", StringComparison.Ordinal) && source.Get(name).Shape.Count == 2).ToArray();
        matrices.ShouldNotBeEmpty();
        written.Names.Order().ShouldBe(matrices.SelectMany(name => new[] { name + ".lora_a", name + ".lora_b" }).Order());
        foreach (var name in matrices)
        {
            var (rows, columns) = (source.Get(name).Shape[0], source.Get(name).Shape[1]);
            written.Get(name + ".lora_a").Shape.ToArray().ShouldBe([4, columns]);
            written.Get(name + ".lora_b").Shape.ToArray().ShouldBe([rows, 4]);
        }
    }

    [Fact]
    public void What_the_format_cannot_say_and_files_that_are_there_are_refused()
    {
        WriteAdapter(new AdapterOptions { Method = AdapterMethod.Ia3 });
        Should.Throw<ModelException>(() => AdapterConversion.WriteGguf(Base, _folder.In("adapter"), _folder.In("adapter.gguf"))).Code.ShouldBe("RUN0428");
        File.Exists(_folder.In("adapter.gguf")).ShouldBeFalse();

        File.WriteAllText(_folder.In("adapter.gguf"), "mine");
        Should.Throw<TrainingException>(() => AdapterConversion.WriteGguf(Base, _folder.In("adapter"), _folder.In("adapter.gguf"))).Code.ShouldBe("TRN0061");
        File.ReadAllText(_folder.In("adapter.gguf")).ShouldBe("mine");
    }

    public void Dispose() => _folder.Dispose();

    private void WriteAdapter(AdapterOptions options)
    {
        using var source = BaseModel.Open(Base);
        using var pool = new TensorPool();
        using var model = source.Load(pool);
        using var adapter = TrainableAdapter.Create(options, model, 3);
        adapter.Save(_folder.In("adapter"));
    }
}

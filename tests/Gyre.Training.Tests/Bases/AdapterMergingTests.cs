using Gyre.Models.Adapters.Training;
using Gyre.Models.Architectures;
using Gyre.Models.Catalog;
using Gyre.Tensors;
using Gyre.Tensors.Quantization;
using Gyre.Tensors.Threading;
using Gyre.TestSupport;
using Gyre.Training.Bases;

namespace Gyre.Training.Tests.Bases;

public sealed class AdapterMergingTests : IDisposable
{
    private static readonly string Base = Path.Combine(TestData.RepositoryRoot, "models", "compact");
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_merged_model_computes_what_base_and_adapter_do()
    {
        WriteAdapter();
        using var team = new ThreadTeam(2);

        AdapterMerging.Run(Base, _folder.In("adapter"), _folder.In("merged"), ElementFormat.F32, team);

        var options = new DecoderOptions { Team = team, Format = ElementFormat.F32 };
        using var merged = ModelLoader.LoadDecoder(ModelFolder.Open(_folder.In("merged")), options);
        using var beside = ModelLoader.LoadDecoder(ModelFolder.Open(Base), options);
        beside.LoadAdapter("a", _folder.In("adapter"));
        int[] ids = [5, 90, 700, 33, 12, 400];
        using var first = merged.CreateSession(16);
        using var second = beside.CreateSession(16, "a");
        using var plain = beside.CreateSession(16);
        var (found, expected) = (first.Forward(ids).ToArray(), second.Forward(ids).ToArray());
        found.Zip(expected, (a, b) => Math.Abs(a - b)).Max().ShouldBeLessThan(1e-3f);
        plain.Forward(ids).ToArray().Zip(expected, (a, b) => Math.Abs(a - b)).Max().ShouldBeGreaterThan(0.05f);
    }

    [Fact]
    public void A_folder_that_is_there_is_not_overwritten()
    {
        WriteAdapter();
        using var team = new ThreadTeam(1);

        Should.Throw<TrainingException>(() => AdapterMerging.Run(Base, _folder.In("adapter"), _folder.In("adapter"), ElementFormat.F32, team)).Code.ShouldBe("TRN0061");
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>An adapter whose second factors are not zero.</summary>
    private void WriteAdapter()
    {
        using var source = BaseModel.Open(Base);
        using var pool = new TensorPool();
        using var model = source.Load(pool);
        using var adapter = TrainableAdapter.Create(new AdapterOptions { Rank = 4, Alpha = 8, Targets = ["all-linear"] }, model, 3);
        foreach (var parameter in adapter.Parameters.Where(parameter => parameter.Name.Contains("lora_B", StringComparison.Ordinal)))
        {
            var values = parameter.Value.Span;
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = 0.02f * MathF.Sin(i);
            }
        }

        adapter.Save(_folder.In("adapter"));
    }
}

using Gyre.Models.Adapters.Training;
using Gyre.Models.Architectures;
using Gyre.Models.Weights;

namespace Gyre.Models.Tests.Adapters.Training;

public sealed class GgufAdapterTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"gyre-{Guid.NewGuid():N}.gguf");

    /// <summary>What llama.cpp adds to each stored row, alpha over rank times B·A, is what merging adds to the weight that the row holds.</summary>
    [Theory]
    [InlineData("llama")]
    [InlineData("gpt2")]
    [InlineData("bloom")]
    [InlineData("phi3")]
    public void Its_products_are_what_merging_adds_row_by_row(string model)
    {
        var budget = new RankBudget { InitialRank = 3, TargetRank = 2, Steps = 9 };
        foreach (var options in new[]
        {
            new AdapterOptions { Rank = 3, Alpha = 5, Targets = ["all-linear"] },
            new AdapterOptions { Rank = 4, Alpha = 5, IsRankStabilised = true },
            new AdapterOptions { Method = AdapterMethod.AdaLora, Alpha = 6, Budget = budget },
        })
        {
            using var adapted = new AdaptedDecoder("models/kit/" + model);
            using var adapter = TrainableAdapter.Create(options, adapted.Model, 1);
            TrainableAdapterTests.Move(adapter, 0.1f);
            adapter.SaveGguf(_path);
            var network = ((IAdaptable)adapted.Model).Network;
            var before = network.Weights.Tensors.Select(tensor => tensor.ToArray()).ToArray();
            adapter.Merge();
            using var file = GgufFile.Open(_path);
            file.Metadata.GetString("general.type").ShouldBe("adapter");
            file.Metadata.GetString("adapter.type").ShouldBe("lora");
            var alpha = file.Metadata.GetFloat("adapter.lora.alpha");
            var compared = 0;
            foreach (var spec in network.Architecture.Weights.Where(spec => !spec.IsVector && file.TryGet(spec.GgufPlace.Tensor + ".lora_a", out _)))
            {
                var (a, b) = (file.Get(spec.GgufPlace.Tensor + ".lora_a"), file.Get(spec.GgufPlace.Tensor + ".lora_b"));
                var (down, up) = (AdapterFile.Read(a), AdapterFile.Read(b));
                var rank = (int)a.Shape[0];
                b.Shape.SequenceEqual(new long[] { spec.GgufPlace.TensorRows(spec.Rows), rank }).ShouldBeTrue();
                var merged = network.Weights.Tensors[spec.Index].Span;
                for (var row = 0; row < spec.Rows; row++)
                {
                    for (var column = 0; column < spec.Columns; column += 7)
                    {
                        var added = 0.0;
                        for (var k = 0; k < rank; k++)
                        {
                            added += (double)up[(spec.GgufPlace.StoredRow(row) * rank) + k] * down[(k * spec.Columns) + column];
                        }

                        var i = (row * spec.Columns) + column;
                        (before[spec.Index][i] + (alpha / rank * added)).ShouldBe(merged[i], 1e-5);
                    }
                }

                compared++;
            }

            compared.ShouldBe(network.Architecture.Weights.Count(spec => !before[spec.Index].AsSpan().SequenceEqual(network.Weights.Tensors[spec.Index].Span)));
            compared.ShouldBeGreaterThan(0);
        }
    }

    [Fact]
    public void What_the_form_cannot_say_is_refused()
    {
        using var adapted = new AdaptedDecoder("models/kit/llama");
        foreach (var (options, shown) in new (AdapterOptions, string)[]
        {
            (new AdapterOptions { HasMagnitudes = true }, "DoRA"),
            (new AdapterOptions { Method = AdapterMethod.Ia3 }, "k_proj"),
            (new AdapterOptions { Saved = ["lm_head"] }, "'lm_head'"),
            (new AdapterOptions { Method = AdapterMethod.PrefixTuning }, "virtual tokens"),
        })
        {
            using var adapter = TrainableAdapter.Create(options, adapted.Model, 1);
            var error = Should.Throw<ModelException>(() => adapter.SaveGguf(_path));
            error.Code.ShouldBe("RUN0428");
            error.Message.ShouldContain(shown);
            File.Exists(_path).ShouldBeFalse();
        }
    }

    public void Dispose() => File.Delete(_path);
}

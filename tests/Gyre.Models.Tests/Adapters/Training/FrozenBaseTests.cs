using Gyre.Models.Adapters.Training;
using Gyre.Models.Architectures;
using Gyre.Tensors.Quantization;

namespace Gyre.Models.Tests.Adapters.Training;

/// <summary>QLoRA: an adapter over a base that is kept in 4 or 16 bits.</summary>
public sealed class FrozenBaseTests
{
    private static readonly int[] Ids = [1, 5, 9, 100, 7, 31, 2, 77];

    public static TheoryData<string, FrozenFormat> Bases()
    {
        var data = new TheoryData<string, FrozenFormat>();
        foreach (var model in new[] { "llama", "gpt2", "bloom" })
        {
            foreach (var format in Enum.GetValues<FrozenFormat>())
            {
                data.Add(model, format);
            }
        }

        return data;
    }

    /// <summary>The base that is decoded whole, in single precision, is the reference.</summary>
    [Theory]
    [MemberData(nameof(Bases))]
    public void An_adapter_over_an_encoded_base_has_the_loss_and_gradients_of_the_decoded_base(string model, FrozenFormat format)
    {
        var targets = Ids.Skip(1).Append(AdaptedDecoder.Ignored).ToArray();
        (int[], int[], int, int) batch = ([.. Ids, .. Ids.Reverse()], [.. targets, .. targets], 2, Ids.Length);
        using var encoded = new AdaptedDecoder("models/kit/" + model, frozen: format);
        using var decoded = new AdaptedDecoder("models/kit/" + model);
        var plain = decoded.Logits(Ids);
        CopyDecoded(encoded.Model, decoded.Model);
        foreach (var options in new[] { new AdapterOptions { Rank = 4 }, new AdapterOptions { Rank = 4, HasMagnitudes = true }, new AdapterOptions { Method = AdapterMethod.Ia3 } })
        {
            var (loss, gradients) = Step(encoded, options, batch);
            var (expected, slopes) = Step(decoded, options, batch);
            loss.ShouldBe(expected, 2e-5);
            for (var i = 0; i < gradients.Length; i++)
            {
                gradients[i].ShouldBe(slopes[i], 1e-4f + (1e-3f * Math.Abs(slopes[i])));
            }
        }

        // It is not the base in full precision, and not far from it.
        var distance = TrainableAdapterTests.Distance(encoded.Logits(Ids), plain);
        distance.ShouldBeGreaterThan(1e-4);
        distance.ShouldBeLessThan(format == FrozenFormat.BF16 ? 0.3 : 6);
        encoded.Model.Parameters.ShouldBeEmpty();
        TrainableDecoder.WeightBytesOf(encoded.Configuration, format).ShouldBe(encoded.Model.WeightBytes);
        TrainableDecoder.WeightBytesOf(encoded.Configuration, null).ShouldBe(decoded.Model.WeightBytes);
        encoded.Model.WeightBytes.ShouldBeLessThan((long)((format == FrozenFormat.BF16 ? 0.55 : 0.45) * decoded.Model.WeightBytes));
        Should.Throw<ModelException>(() => encoded.Model.Save(Path.GetTempPath())).Code.ShouldBe("RUN0427");
        Should.Throw<ModelException>(() => encoded.Model.Freeze("0.mlp")).Message.ShouldContain("which is not trained");
        using var adapter = TrainableAdapter.Create(new AdapterOptions(), encoded.Model, 1);
        Should.Throw<ModelException>(adapter.Merge).Message.ShouldContain("kept in an encoding");
        adapter.IsMerged.ShouldBeFalse();
    }

    [Fact]
    public void Training_over_four_bits_learns_and_threads_do_not_change_the_bits()
    {
        var targets = Ids.Skip(1).Append(AdaptedDecoder.Ignored).ToArray();
        (int[] Inputs, int[] Targets, int Rows, int Length) batch = (Ids, targets, 1, Ids.Length);
        var one = Train(1);
        Train(3).ShouldBe(one);
        one[^1].ShouldBeLessThan(0.8 * one[0]);

        double[] Train(int threads)
        {
            using var adapted = new AdaptedDecoder("models/kit/llama", threads, FrozenFormat.NF4DoubleQuantised);
            using var adapter = TrainableAdapter.Create(new AdapterOptions { Targets = ["all-linear"] }, adapted.Model, 3);
            var losses = new List<double>();
            for (var step = 0; step < 12; step++)
            {
                losses.Add(adapted.Accumulate(batch));
                foreach (var parameter in adapter.Parameters)
                {
                    var slopes = parameter.Value.Gradient!.Span;
                    var values = parameter.Value.Span;
                    for (var i = 0; i < values.Length; i++)
                    {
                        values[i] -= 0.02f * slopes[i];
                    }

                    parameter.Value.ZeroGradient();
                }
            }

            return [.. losses];
        }
    }

    private static (double Loss, float[] Gradients) Step(AdaptedDecoder adapted, AdapterOptions options, (int[], int[], int, int) batch)
    {
        using var adapter = TrainableAdapter.Create(options, adapted.Model, seed: 5);
        TrainableAdapterTests.Move(adapter, 0.02f);
        var loss = adapted.Accumulate(batch);
        return (loss, [.. adapter.Parameters.SelectMany(parameter => parameter.Value.Gradient!.ToArray())]);
    }

    private static void CopyDecoded(TrainableDecoder from, TrainableDecoder to)
    {
        var (source, target) = (((IAdaptable)from).Network, ((IAdaptable)to).Network);
        foreach (var spec in source.Architecture.Weights.Where(spec => !spec.IsVector))
        {
            source.Forward.Stored(spec.Index).CopyRows(0, target.Weights.Tensors[spec.Index].Span);
        }
    }
}

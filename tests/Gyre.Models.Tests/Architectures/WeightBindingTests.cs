using System.Diagnostics.CodeAnalysis;
using Gyre.Models.Architectures;
using Gyre.Models.Weights;
using Gyre.TestSupport;

namespace Gyre.Models.Tests.Architectures;

public sealed class WeightBindingTests
{
    [Theory]
    [InlineData("gpt2", "transformer.")]
    [InlineData("gpt_neox", "gpt_neox.")]
    [InlineData("gemma", "model.")]
    public void Names_without_the_model_s_prefix_are_found(string name, string prefix)
    {
        using var folder = SafetensorsFolder.Open(TestData.Require("models/kit/" + name));
        using var weights = new RenamedWeights(folder, stored => stored.StartsWith(prefix, StringComparison.Ordinal) ? stored[prefix.Length..] : stored);
        var expected = WeightBinding.Resolve(Of(folder), folder, "here");
        var found = WeightBinding.Resolve(Of(folder), weights, "here");
        found.Select(binding => binding.Spec.Name).ShouldBe(expected.Select(binding => binding.Spec.Name));
        Addresses(found).ShouldBe(Addresses(expected));

        static unsafe nint[] Addresses(WeightBinding[] bindings) => [.. bindings.Select(binding => (nint)binding.Tensor.Bytes)];
    }

    [Fact]
    public void Tensors_that_repeat_the_configuration_are_left_aside()
    {
        using var folder = SafetensorsFolder.Open(TestData.Require("models/kit/gpt2"));
        string[] derived = ["transformer.h.0.attn.bias", "transformer.h.0.attn.masked_bias", "transformer.h.0.attn.rotary_emb.inv_freq"];
        using var weights = new RenamedWeights(folder, stored => stored, derived);
        WeightBinding.Resolve(Of(folder), weights, "here").Length.ShouldBe(Of(folder).Weights.Count);
        using var strange = new RenamedWeights(folder, stored => stored, ["transformer.h.0.attn.gate"]);
        Should.Throw<ModelException>(() => WeightBinding.Resolve(Of(folder), strange, "here")).Message.ShouldContain("transformer.h.0.attn.gate");
    }

    [Fact]
    public void A_tensor_of_several_weights_that_is_missing_is_one_fault_with_its_stored_shape()
    {
        using var folder = SafetensorsFolder.Open(TestData.Require("models/kit/gpt2"));
        using var weights = new RenamedWeights(folder, stored => stored == "transformer.h.0.attn.c_attn.weight" ? "elsewhere" : stored);
        var error = Should.Throw<ModelException>(() => WeightBinding.Resolve(Of(folder), weights, "here"));
        error.Code.ShouldBe("RUN0403");
        error.Message.ShouldContain("found 2 fault(s)");
        error.Message.ShouldContain("'transformer.h.0.attn.c_attn.weight' is missing, expected shape [64, 192]");
    }

    /// <summary>Rows of heads are told apart by numbers that say where they were stored.</summary>
    [Fact]
    public void Grouped_rows_are_cut_apart_by_key_value_head()
    {
        var weights = new WeightList();
        var fused = new FusedProjection("qkv", "attn_qkv", 1, HasBias: false, 0) { IsGrouped = true };
        var (queries, keys, values) = weights.Fused(fused, heads: 4, keyValueHeads: 2, headWidth: 2);

        // Each of two key–value heads has two query heads of two rows, then its key and its value.
        Rows(queries.Weight).ShouldBe([0, 1, 2, 3, 8, 9, 10, 11]);
        Rows(keys.Weight).ShouldBe([4, 5, 12, 13]);
        Rows(values.Weight).ShouldBe([6, 7, 14, 15]);
        queries.Weight.Place.TensorRows(8).ShouldBe(16);
        Enumerable.Range(0, 4).Select(keys.Weight.GgufPlace.StoredRow).ShouldBe([8, 9, 10, 11]);

        static IEnumerable<int> Rows(WeightSpec spec) => Enumerable.Range(0, spec.Rows).Select(spec.Place.StoredRow);
    }

    private static IArchitecture Of(SafetensorsFolder folder)
    {
        var path = Path.Combine(folder.Path, "config.json");
        return Architecture.Create(DecoderConfiguration.FromHuggingFace(File.ReadAllText(path), path), path);
    }

    private sealed class RenamedWeights(SafetensorsFolder folder, Func<string, string> rename, params string[] added) : IWeightSource
    {
        public IReadOnlyList<string> Names => [.. folder.Names.Select(rename), .. added];

        public bool TryGet(string name, [NotNullWhen(true)] out WeightTensor? tensor)
        {
            var stored = folder.Names.FirstOrDefault(stored => rename(stored) == name);
            tensor = stored is null ? null : folder.Get(stored);
            return tensor is not null;
        }

        public void Dispose()
        {
        }
    }
}

using Gyre.Models.Architectures;
using Gyre.Models.Catalog;
using Gyre.Models.Encoders;
using Gyre.Models.Tests.Architectures;
using Gyre.Models.Tests.Encoders;
using Gyre.Tensors.Threading;
using Gyre.TestSupport;

namespace Gyre.Models.Tests.Adapters;

/// <summary>Adapters of encoder-only models against float64 runs of the reference implementation (see each folder's SOURCE.md).</summary>
[Trait("kernel", "true")]
public sealed class EncoderAdapterTests
{
    private const string Adapter = "peft-lora-bert-seqcls";

    [Fact]
    public void Logits_of_a_head_that_the_adapter_brings_equal_the_reference()
    {
        var (folder, golden, tolerance) = FamilyTests.Open(Adapter);
        ((double)golden["max_abs_change_vs_base"]!).ShouldBeGreaterThan(100 * tolerance); // The base alone would not pass.
        using var arrays = GoldenArrays.Open(folder);
        using var loaded = LoadedEncoder.Open("models/kit/bert-seqcls");
        loaded.Encoder.LoadAdapter("a", folder);
        var (rows, masks, expected) = (arrays.Ids("input_ids"), arrays.Ids("attention_mask"), arrays.Numbers("logits"));
        for (var row = 0; row < rows.Length; row++)
        {
            var ids = rows[row][..masks[row].Sum()];
            FamilyTests.Close(HeadOf(loaded, ids, "a"), expected.AsSpan(row * 3, 3), tolerance);
        }
    }

    [Fact]
    public void The_base_alone_is_as_if_no_adapter_were_loaded_and_text_classes_follow_the_adapter()
    {
        using var team = new ThreadTeam(2);
        var folder = ModelFolder.Open(TestData.Require("models/kit/bert-seqcls"));
        using var model = EncoderModel.Load(folder, "m", new EncoderOptions { Team = team });
        var before = HeadOf(model.Encoder, [5, 9, 3], null);
        model.Encoder.LoadAdapter("a", TestData.Require("models/kit/" + Adapter));
        model.Encoder.Adapters.ShouldBe(["a"]);
        HeadOf(model.Encoder, [5, 9, 3], null).ShouldBe(before);
        HeadOf(model.Encoder, [5, 9, 3], "a").ShouldNotBe(before);
        using var view = model.WithAdapter("a");
        view.Kind.ShouldBe(ModelKind.TextClassification);
        view.Dispose();
        HeadOf(model.Encoder, [5, 9, 3], null).ShouldBe(before); // A view owns nothing.
    }

    [Fact]
    public async Task Each_request_gets_the_vectors_of_its_adapter()
    {
        using var folder = new EncoderFolder(EncoderHead.None);
        using var model = folder.Load();
        using var bare = OfQueries("", scale: 1);
        using var prefixed = OfQueries("bert.", scale: 1);
        using var other = OfQueries("", scale: -2);
        model.Encoder.LoadAdapter("bare", bare.Write());
        model.Encoder.LoadAdapter("prefixed", prefixed.Write());
        model.Encoder.LoadAdapter("other", other.Write());
        string?[] names = [null, "bare", "prefixed", "other", null, "bare"];
        var alone = new List<float[]>();
        foreach (var name in names)
        {
            alone.Add(await Vector(name));
        }

        // A network without a head and one with call their modules differently.
        alone[2].ShouldBe(alone[1]);
        alone[1].ShouldNotBe(alone[0]);
        alone[3].ShouldNotBe(alone[1]);
        alone[4].ShouldBe(alone[0]);
        var together = await Task.WhenAll(names.Select(Vector));
        for (var i = 0; i < names.Length; i++)
        {
            together[i].ShouldBe(alone[i], names[i] ?? "base");
        }

        model.Encoder.UnloadAdapter("bare").ShouldBeTrue();
        (await Should.ThrowAsync<ModelException>(() => Vector("bare"))).Code.ShouldBe("RUN0423");

        async Task<float[]> Vector(string? name)
        {
            var asked = name is null ? model : model.WithAdapter(name);
            return (await asked.Embedder!.GenerateAsync(["A linen dress.", "Shoes."]))[0].Vector.ToArray();
        }
    }

    [Fact]
    public void An_adapter_in_use_stays_although_it_is_unloaded()
    {
        using var loaded = LoadedEncoder.Open("models/kit/bert-seqcls");
        loaded.Encoder.LoadAdapter("a", TestData.Require("models/kit/" + Adapter));
        var expected = HeadOf(loaded, [5, 9, 3], "a");
        using var use = loaded.Encoder.UseAdapter("a");
        loaded.Encoder.UnloadAdapter("a").ShouldBeTrue();
        loaded.Encoder.LoadAdapter("a", TestData.Require("models/kit/" + Adapter)); // The name is free again.
        var batch = new EncoderBatch { Adapter = use };
        batch.Add([5, 9, 3], [], 0);
        loaded.Encoder.Run(batch, EncoderOutput.Head);
        batch.Row(0, 0).ToArray().ShouldBe(expected);
        use.Dispose();
        Should.Throw<ObjectDisposedException>(() => loaded.Encoder.Run(batch, EncoderOutput.Head));
        using var stranger = LoadedEncoder.Open("models/kit/bert-seqcls");
        using var own = loaded.Encoder.UseAdapter("a");
        batch.Adapter = own;
        Should.Throw<ArgumentException>(() => stranger.Encoder.Run(batch, EncoderOutput.Head));
    }

    [Fact]
    public void What_an_encoder_does_not_take_is_refused()
    {
        using var loaded = LoadedEncoder.Open("models/kit/bert-seqcls");
        Should.Throw<ModelException>(() => loaded.Encoder.LoadAdapter("a", TestData.Require("models/kit/peft-prompt-llama"))).Message.ShouldContain("virtual tokens");
        Should.Throw<ModelException>(() => loaded.Encoder.LoadAdapter("a", TestData.Require("models/kit/peft-lora-llama"))).Code.ShouldBe("RUN0422");
        using var plain = LoadedEncoder.Open("models/kit/bert");
        var error = Should.Throw<ModelException>(() => plain.Encoder.LoadAdapter("a", TestData.Require("models/kit/" + Adapter)));
        error.Code.ShouldBe("RUN0422");
        error.Message.ShouldContain("made for 'kit/bert-seqcls'");
        using var adapter = new WrittenAdapter(Adapter);
        adapter.Json["modules_to_save"] = new System.Text.Json.Nodes.JsonArray("classifier", "embeddings");
        Should.Throw<ModelException>(() => loaded.Encoder.LoadAdapter("a", adapter.Write())).Message.ShouldContain("'bert.embeddings.position_embeddings' saved whole");
        loaded.Encoder.Adapters.ShouldBeEmpty();
    }

    /// <summary>An adapter of the queries of a folder's layers.</summary>
    private static WrittenAdapter OfQueries(string prefix, float scale)
    {
        var adapter = new WrittenAdapter(Adapter);
        adapter.Tensors.Clear();
        adapter.Json["modules_to_save"] = null;
        adapter.Json["target_modules"] = new System.Text.Json.Nodes.JsonArray("query");
        foreach (var layer in Enumerable.Range(0, 2))
        {
            var name = $"base_model.model.{prefix}encoder.layer.{layer}.attention.self.query.";
            adapter.Tensors[name + "lora_A.weight"] = (Numbers(4 * EncoderFolder.Width, layer, 1), [4, EncoderFolder.Width]);
            adapter.Tensors[name + "lora_B.weight"] = (Numbers(4 * EncoderFolder.Width, layer + 7, scale), [EncoderFolder.Width, 4]);
        }

        return adapter;

        static float[] Numbers(int count, int seed, float scale) => [.. Enumerable.Range(0, count).Select(i => scale * MathF.Sin((i * 1.7f) + seed) / 4)];
    }

    private static float[] HeadOf(LoadedEncoder loaded, int[] ids, string? adapter) => HeadOf(loaded.Encoder, ids, adapter);

    private static float[] HeadOf(IEncoder encoder, int[] ids, string? adapter)
    {
        using var use = adapter is null ? null : encoder.UseAdapter(adapter);
        var batch = new EncoderBatch { Adapter = use };
        batch.Add(ids, [], 0);
        encoder.Run(batch, EncoderOutput.Head);
        return batch.Row(0, 0).ToArray();
    }
}

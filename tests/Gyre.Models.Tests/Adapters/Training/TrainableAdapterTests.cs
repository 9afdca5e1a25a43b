using Gyre.Contracts;
using Gyre.Models.Adapters;
using Gyre.Models.Adapters.Training;
using Gyre.Models.Architectures;
using Gyre.TestSupport;

namespace Gyre.Models.Tests.Adapters.Training;

public sealed class TrainableAdapterTests : IDisposable
{
    private static readonly int[] Ids = [1, 5, 9, 100, 7, 31, 2, 77];
    private readonly string _folder = Directory.CreateTempSubdirectory("gyre-adapter-").FullName;

    public static TheoryData<string, string, AdapterOptions> Kinds()
    {
        var budget = new RankBudget { InitialRank = 4, TargetRank = 2, Steps = 10, Warmup = 1, Settling = 2 };
        var data = new TheoryData<string, string, AdapterOptions>();
        foreach (var model in new[] { "llama", "gpt2", "gpt_neox", "bloom", "phi3", "qwen2" })
        {
            data.Add(model, "LoRA", new AdapterOptions { Rank = 4, Alpha = 8 });
            data.Add(model, "LoRA everywhere", new AdapterOptions { Rank = 2, Alpha = 3, Targets = ["all-linear"], Biases = AdapterBiases.All });
            data.Add(model, "rsLoRA", new AdapterOptions { Rank = 4, Alpha = 8, IsRankStabilised = true, Biases = AdapterBiases.Adapted });
            data.Add(model, "DoRA", new AdapterOptions { Rank = 4, Alpha = 8, HasMagnitudes = true });
            data.Add(model, "AdaLoRA", new AdapterOptions { Method = AdapterMethod.AdaLora, Alpha = 8, Budget = budget });
            data.Add(model, "IA3", new AdapterOptions { Method = AdapterMethod.Ia3 });
        }

        data.Add("llama", "saved head", new AdapterOptions { Rank = 3, Saved = ["lm_head", "norm"] });
        data.Add("llama", "embedding", new AdapterOptions { Rank = 3, Targets = ["embed_tokens", "o_proj"] });
        data.Add("gpt2", "tied embedding", new AdapterOptions { Rank = 3, Targets = ["wte"] });
        data.Add("gpt2", "tied head", new AdapterOptions { Rank = 3, Targets = ["lm_head", "c_fc"] });
        return data;
    }

    /// <summary>Trained a little, so that nothing is as it began; then through the files into the engine, and into another model in training.</summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public void Saved_and_loaded_it_gives_the_same_logits(string model, string kind, AdapterOptions options)
    {
        using var adapted = new AdaptedDecoder("models/kit/" + model);
        var before = adapted.Logits(Ids);
        using var adapter = TrainableAdapter.Create(options, adapted.Model, seed: 3);
        Distance(adapted.Logits(Ids), before).ShouldBeLessThan(kind == "DoRA" ? 1e-4 : 1e-6, $"{kind}: a new adapter changes nothing");
        Move(adapter, 0.05f);
        var trained = adapted.Logits(Ids);
        Distance(trained, before).ShouldBeGreaterThan(1e-3, kind);
        adapter.Save(_folder);
        var tolerance = 1e-5 * (1 + trained.Max(Math.Abs));
        Distance(AdaptedDecoder.EngineLogits("models/kit/" + model, _folder, Ids), trained).ShouldBeLessThan(tolerance, kind);

        using var other = new AdaptedDecoder("models/kit/" + model);
        using var loaded = TrainableAdapter.Load(_folder, other.Model);
        other.Logits(Ids).ShouldBe(trained);
        loaded.Report().Trained.ShouldBe(adapter.Report().Trained);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Merged_it_computes_the_same_and_unmerged_the_base_has_its_bits_back(string model, string kind, AdapterOptions options)
    {
        using var adapted = new AdaptedDecoder("models/kit/" + model);
        var before = adapted.Logits(Ids);
        using var adapter = TrainableAdapter.Create(options, adapted.Model, seed: 4);
        Move(adapter, 0.05f);
        var beside = adapted.Logits(Ids);
        if (kind.StartsWith("tied", StringComparison.Ordinal))
        {
            Should.Throw<ModelException>(adapter.Merge).Code.ShouldBe("RUN0426");
            adapted.Logits(Ids).ShouldBe(beside);
            return;
        }

        adapter.Merge();
        adapter.IsMerged.ShouldBeTrue();
        Distance(adapted.Logits(Ids), beside).ShouldBeLessThan(1e-5 * (1 + beside.Max(Math.Abs)), kind);
        Should.Throw<ModelException>(() => adapted.Model.UseAdapter(null)).Code.ShouldBe("RUN0426");
        Should.Throw<ModelException>(() => TrainableAdapter.Create(options, adapted.Model, 1, "other")).Code.ShouldBe("RUN0426");
        adapter.Unmerge();
        adapted.Logits(Ids).ShouldBe(beside);
        adapted.Model.UseAdapter(null);
        adapted.Logits(Ids).ShouldBe(before);
    }

    /// <summary>The change of the loss along the gradient of all parameters together, and the whole base without any.</summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public void Gradients_are_the_slope_of_the_loss_and_the_base_has_none(string model, string kind, AdapterOptions options)
    {
        using var adapted = new AdaptedDecoder("models/kit/" + model);
        var own = adapted.Model.Parameters;
        using var adapter = TrainableAdapter.Create(options, adapted.Model, seed: 5);
        Move(adapter, 0.05f);
        var targets = Ids.Skip(1).Append(AdaptedDecoder.Ignored).ToArray();
        (int[], int[], int, int) batch = ([.. Ids, .. Ids.Reverse()], [.. targets, .. targets], 2, Ids.Length);
        adapted.Accumulate(batch);
        own.ShouldAllBe(parameter => parameter.Value.Gradient == null && !parameter.Value.RequiresGradient);
        var gradients = adapter.Parameters.Select(parameter => parameter.Value.Gradient!.ToArray()).ToArray();
        var norm = Math.Sqrt(gradients.Sum(gradient => gradient.Sum(value => (double)value * value)));
        Slope(adapted, adapter, batch, norm, 2e-3 / norm)
            .ShouldBe(norm, (0.02 * norm) + 0.02 + (options.HasMagnitudes ? 0.2 * norm : 0), kind); // DoRA's own gradient leaves the lengths out on purpose.
    }

    [Fact]
    public void Several_adapters_stand_beside_one_model()
    {
        using var adapted = new AdaptedDecoder("models/kit/llama");
        var alone = adapted.Logits(Ids);
        using var first = TrainableAdapter.Create(new AdapterOptions { Rank = 2 }, adapted.Model, 1, "first");
        Move(first, 0.05f);
        var one = adapted.Logits(Ids);
        using var second = TrainableAdapter.Create(new AdapterOptions { Method = AdapterMethod.Ia3 }, adapted.Model, 2, "second");
        Move(second, 0.2f);
        var two = adapted.Logits(Ids);
        adapted.Model.Adapters.ShouldBe(["first", "second"]);
        adapted.Model.Adapter.ShouldBe("second");
        adapted.Model.Parameters.ShouldBe(second.Parameters);
        adapted.Model.UseAdapter("first");
        adapted.Logits(Ids).ShouldBe(one);
        adapted.Model.Parameters.ShouldBe(first.Parameters);
        adapted.Model.UseAdapter(null);
        adapted.Logits(Ids).ShouldBe(alone);
        adapted.Model.Parameters.ShouldBeEmpty();
        adapted.Model.UseAdapter("second");
        adapted.Logits(Ids).ShouldBe(two);
        second.Dispose();
        adapted.Model.Adapters.ShouldBe(["first"]);
        adapted.Logits(Ids).ShouldBe(alone);
        Should.Throw<ModelException>(() => adapted.Model.UseAdapter("second")).Code.ShouldBe("RUN0423");
        Should.Throw<ModelException>(() => TrainableAdapter.Create(new AdapterOptions(), adapted.Model, 1, "first")).Code.ShouldBe("RUN0424");
    }

    [Fact]
    public void The_same_seed_gives_the_same_adapter_and_dropout_goes_on_where_it_was()
    {
        var options = new AdapterOptions { Rank = 4, Dropout = 0.3 };
        var targets = Ids.Skip(1).Append(AdaptedDecoder.Ignored).ToArray();
        (int[], int[], int, int) batch = (Ids, targets, 1, Ids.Length);
        var losses = Run(null, 1);
        Run(null, 2).ShouldBe(losses); // The same bits for any number of threads.
        Run(2, 2)[2..].ShouldBe(losses[2..]);
        losses.Distinct().Count().ShouldBeGreaterThan(2);

        double[] Run(int? resumeAt, int threads)
        {
            using var adapted = new AdaptedDecoder("models/kit/llama", threads);
            using var adapter = TrainableAdapter.Create(options, adapted.Model, seed: 9);
            Move(adapter, 0.05f);
            if (resumeAt is { } passes)
            {
                adapter.Passes = (ulong)passes;
            }

            var values = Enumerable.Range(resumeAt ?? 0, 4 - (resumeAt ?? 0)).Select(_ => adapted.Accumulate(batch)).ToList();
            adapted.Loss(batch).ShouldBe(adapted.Loss(batch)); // Nothing is dropped when nothing is recorded.
            values.AddRange(adapter.Parameters.Select(parameter => (double)parameter.Value.Gradient!.ToArray().Sum()));
            return resumeAt is null ? [.. values.Take(4)] : [.. Enumerable.Repeat(0.0, resumeAt.Value), .. values.Take(4 - resumeAt.Value)];
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Eight_rows_at_once_are_eight_rows_one_by_one(bool recomputes)
    {
        var random = new SeededRandom(7);
        var rows = Enumerable.Range(0, 8).Select(i => Enumerable.Range(0, 4 + (3 * (i % 4))).Select(_ => random.NextInt32(100)).ToArray()).ToArray();
        var count = rows.Sum(row => row.Length - 1);
        foreach (var options in new[] { new AdapterOptions { Rank = 4 }, new AdapterOptions { Rank = 4, HasMagnitudes = true }, new AdapterOptions { Method = AdapterMethod.Ia3 } })
        {
            var (together, alone) = (Gradient(8, options), Gradient(1, options));
            for (var i = 0; i < together.Length; i++)
            {
                together[i].ShouldBe(alone[i], 1e-5f + (1e-4f * Math.Abs(alone[i])));
            }
        }

        float[] Gradient(int size, AdapterOptions options)
        {
            using var adapted = new AdaptedDecoder("models/kit/llama");
            using var adapter = TrainableAdapter.Create(options, adapted.Model, seed: 2);
            adapted.Model.ActivationCheckpointing = recomputes;
            Move(adapter, 0.05f);
            foreach (var chunk in rows.Chunk(size))
            {
                var length = chunk.Max(row => row.Length);
                using var tape = adapted.Tape(records: true);
                var inputs = chunk.SelectMany(row => row.Concat(Enumerable.Repeat(0, length - row.Length))).ToArray();
                var targets = chunk.SelectMany(row => row.Skip(1).Concat(Enumerable.Repeat(AdaptedDecoder.Ignored, length - row.Length + 1))).ToArray();
                tape.Backward(adapted.Model.Loss(tape, inputs, targets, [], chunk.Length, length, 1f / count));
            }

            return [.. adapter.Parameters.SelectMany(parameter => parameter.Value.Gradient!.ToArray())];
        }
    }

    [Fact]
    public void A_base_that_is_frozen_but_for_a_module_trains_that_alone()
    {
        using var adapted = new AdaptedDecoder("models/kit/llama");
        adapted.Model.Freeze("lm_head", "layers.2.mlp");
        adapted.Model.Parameters.Select(parameter => parameter.Name).ShouldBe(
            ["model.layers.2.mlp.gate_proj.weight", "model.layers.2.mlp.up_proj.weight", "model.layers.2.mlp.down_proj.weight", "lm_head.weight"], ignoreOrder: true);
        var targets = Ids.Skip(1).Append(AdaptedDecoder.Ignored).ToArray();
        adapted.Accumulate((Ids, targets, 1, Ids.Length));
        adapted.Model.Parameters.ShouldAllBe(parameter => parameter.Value.Gradient != null);
        adapted.Model.Freeze();
        adapted.Model.Parameters.ShouldBeEmpty();
        var error = Should.Throw<ModelException>(() => adapted.Model.Freeze("classifier"));
        error.Code.ShouldBe("RUN0425");
        error.Message.ShouldContain("'classifier'");
    }

    [Fact]
    public void What_does_not_fit_the_base_is_said_at_once()
    {
        using var adapted = new AdaptedDecoder("models/kit/llama");
        var error = Should.Throw<ModelException>(() => TrainableAdapter.Create(
            new AdapterOptions { Rank = 500, Targets = ["q_proj", "c_attn"], Saved = ["classifier", "q_proj"] }, adapted.Model, 1));
        error.Code.ShouldBe("RUN0425");
        foreach (var shown in new[] { "'c_attn'", "'classifier'", "rank 500", "both a target and saved whole" })
        {
            error.Message.ShouldContain(shown);
        }

        adapted.Model.Adapters.ShouldBeEmpty();
        Should.Throw<ModelException>(() => TrainableAdapter.Create(new AdapterOptions { Rank = 0 }, adapted.Model, 1)).Code.ShouldBe("RUN0420");
        Should.Throw<ModelException>(() => TrainableAdapter.Create(new AdapterOptions { Dropout = 1 }, adapted.Model, 1)).Message.ShouldContain("lora_dropout is 1");
        Should.Throw<ModelException>(() => TrainableAdapter.Create(new AdapterOptions { Method = AdapterMethod.AdaLora }, adapted.Model, 1)).Message.ShouldContain("total_step");
        Should.Throw<ModelException>(() => TrainableAdapter.Load(TestData.Require("models/kit/peft-lora-gpt2"), adapted.Model)).Code.ShouldBe("RUN0422");
        using var written = new WrittenAdapter();
        written.Tensors.Remove(WrittenAdapter.Name(1, "self_attn.q_proj.lora_A.weight")).ShouldBeTrue();
        written.Tensors["base_model.model.more"] = ([1], [1]);
        var faults = Should.Throw<ModelException>(() => TrainableAdapter.Load(written.Write(), adapted.Model));
        faults.Code.ShouldBe("RUN0422");
        faults.Message.ShouldContain("is missing");
        faults.Message.ShouldContain("'base_model.model.more' is not expected");
        adapted.Model.Adapters.ShouldBeEmpty();
    }

    /// <summary>The published count: interop of BLOOM-1b1 with AdaLoRA of rank 12 on the fused projection.</summary>
    [Fact]
    public void Counts_of_a_published_training_are_reproduced()
    {
        const string Bloom = """
            {"architectures":["BloomForCausalLM"],"model_type":"bloom","vocab_size":250880,"hidden_size":1536,"n_layer":24,"n_head":16,"layer_norm_epsilon":1e-5,"tie_word_embeddings":true}
            """;
        var report = AdapterReport.Of(
            new AdapterOptions { Method = AdapterMethod.AdaLora, Budget = new RankBudget { Steps = 100 } },
            DecoderConfiguration.FromHuggingFace(Bloom, "bloom-1b1"));
        report.Trained.ShouldBe(1_769_760);
        report.All.ShouldBe(1_067_084_088);
        (100 * report.Share).ShouldBe(0.16585, 5e-6);
        report.Modules.Count.ShouldBe(24);
        report.Modules[0].ShouldBe(KeyValuePair.Create("transformer.h.0.self_attention.query_key_value", 73_740L));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    internal static double Slope(AdaptedDecoder adapted, TrainableAdapter adapter, (int[] Inputs, int[] Targets, int Rows, int Length) batch, double norm, double step)
    {
        var gradients = adapter.Parameters.Select(parameter => parameter.Value.Gradient!.ToArray()).ToArray();
        var values = adapter.Parameters.Select(parameter => parameter.Value.ToArray()).ToArray();
        var slope = (At(step) - At(-step)) / (2 * step);
        At(0);
        return slope / norm;

        double At(double distance)
        {
            for (var p = 0; p < values.Length; p++)
            {
                adapter.Parameters[p].Value.CopyFrom([.. values[p].Select((value, i) => (float)(value + (distance * gradients[p][i])))]);
            }

            return adapted.Loss(batch);
        }
    }

    internal static void Move(TrainableAdapter adapter, float distance)
    {
        var random = new SeededRandom(13);
        foreach (var parameter in adapter.Parameters)
        {
            foreach (ref var value in parameter.Value.Span)
            {
                value += (float)random.NextGaussian() * distance;
            }
        }
    }

    internal static double Distance(float[] a, float[] b) => a.Zip(b, (x, y) => Math.Abs((double)x - y)).Max();
}

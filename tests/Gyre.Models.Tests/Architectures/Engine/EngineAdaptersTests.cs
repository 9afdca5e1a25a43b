using Gyre.Models.Architectures;
using Gyre.Models.Architectures.Engine;
using Gyre.Models.Generation;
using Gyre.Models.Tests.Adapters;
using Gyre.Models.Tests.Generation;
using Gyre.Models.Weights;
using Gyre.TestSupport;
using Gyre.Tensors.Quantization;
using Gyre.Tensors.Threading;

namespace Gyre.Models.Tests.Architectures.Engine;

public sealed class EngineAdaptersTests
{
    private static readonly int[] Ids = [1, 5, 9, 200, 7];

    [Fact]
    public void An_unloaded_adapter_serves_its_last_session_to_the_end()
    {
        using var loaded = LoadedDecoder.Open("models/kit/llama");
        var decoder = (EngineDecoder)loaded.Decoder;
        decoder.LoadAdapter("a", Kit("peft-lora-llama"));
        var expected = AdapterGoldenTests.LogitsOf(decoder, Ids, "a");
        var free = decoder.FreeAdapterBytes;
        var logits = new float[expected.Length];
        using (var session = decoder.CreateSession(Ids.Length, "a"))
        {
            decoder.UnloadAdapter("a").ShouldBeTrue();
            decoder.Adapters.ShouldBeEmpty();
            Should.Throw<ModelException>(() => decoder.CreateSession(1, "a")).Code.ShouldBe("RUN0423");
            decoder.FreeAdapterBytes.ShouldBe(free);
            session.ForwardAll(Ids, logits);
        }

        logits.ShouldBe(expected);
        decoder.FreeAdapterBytes.ShouldBeGreaterThan(free);
        decoder.UnloadAdapter("a").ShouldBeFalse();
    }

    [Fact]
    public void An_unknown_name_is_refused_with_the_nearest()
    {
        using var loaded = LoadedDecoder.Open("models/kit/llama");
        string[] names = ["polite", "curt", "legal", "medical", "french", "german"];
        foreach (var name in names)
        {
            loaded.Decoder.LoadAdapter(name, Kit("peft-ia3-llama"));
        }

        var error = Should.Throw<ModelException>(() => loaded.Decoder.CreateSession(1, "polit"));
        error.Code.ShouldBe("RUN0423");
        error.Message.ShouldContain("loaded: polite, ");
        names.Count(name => error.Message.Contains(name, StringComparison.Ordinal)).ShouldBe(5);
    }

    [Fact]
    public void Names_count_and_memory_are_limited()
    {
        using var team = new ThreadTeam(1);
        using var one = Open(team, mostAdapters: 1, bytes: null);
        one.LoadAdapter("a", Kit("peft-lora-llama"));
        Should.Throw<ModelException>(() => one.LoadAdapter("a", Kit("peft-lora-llama"))).Message.ShouldContain("of that name");
        Should.Throw<ModelException>(() => one.LoadAdapter("b", Kit("peft-lora-llama"))).Message.ShouldContain("limit");
        one.UnloadAdapter("a").ShouldBeTrue();
        one.LoadAdapter("b", Kit("peft-lora-llama"));

        using var little = Open(team, mostAdapters: 9, bytes: 40_000);
        little.LoadAdapter("a", Kit("peft-lora-llama"));
        Should.Throw<ModelException>(() => little.LoadAdapter("b", Kit("peft-lora-llama-embed"))).Code.ShouldBe("RUN0424");
        little.Adapters.ShouldBe(["a"]);
    }

    [Fact]
    public void Beginnings_are_shared_between_sessions_of_one_adapter_only()
    {
        using var loaded = LoadedDecoder.Open("models/kit/llama");
        var decoder = (EngineDecoder)loaded.Decoder;
        decoder.LoadAdapter("a", Kit("peft-lora-llama"));
        decoder.LoadAdapter("b", Kit("peft-ia3-llama"));
        var ids = Enumerable.Range(0, 100).Select(i => 3 + (i * 7 % 250)).ToArray();
        using (var first = decoder.CreateSession(110, "a"))
        {
            first.Forward(ids);
            first.KeepPrefix(ids);
        }

        Taken("a").ShouldBe(64);
        Taken("b").ShouldBe(0);
        Taken(null).ShouldBe(0);
        decoder.Prefixes!.Count.ShouldBe(1);

        // A new adapter of the old name is another one.
        decoder.UnloadAdapter("a").ShouldBeTrue();
        decoder.Prefixes.Count.ShouldBe(0);
        decoder.Pool.Taken.ShouldBe(0);
        decoder.LoadAdapter("a", Kit("peft-dora-llama"));
        Taken("a").ShouldBe(0);

        int Taken(string? adapter)
        {
            using var session = decoder.CreateSession(110, adapter);
            return session.TakePrefix(ids);
        }
    }

    [Fact]
    public void A_session_copies_only_one_with_the_same_adapter()
    {
        using var loaded = LoadedDecoder.Open("models/kit/llama");
        loaded.Decoder.LoadAdapter("a", Kit("peft-lora-llama"));
        using var plain = loaded.Decoder.CreateSession(8);
        using var adapted = loaded.Decoder.CreateSession(8, "a");
        using var copy = loaded.Decoder.CreateSession(8, "a");
        Should.Throw<ArgumentException>(() => adapted.CopyFrom(plain));
        adapted.Forward(Ids);
        copy.CopyFrom(adapted);
        copy.Forward([3]).ToArray().ShouldBe(adapted.Forward([3]).ToArray());
    }

    [Fact]
    public void Running_a_mixed_batch_allocates_nothing()
    {
        using var loaded = LoadedDecoder.Open("models/kit/llama");
        string?[] names = [null, "peft-lora-llama", "peft-dora-llama", "peft-ia3-llama", "peft-lora-llama-embed"];
        foreach (var name in names.OfType<string>())
        {
            loaded.Decoder.LoadAdapter(name, Kit(name));
        }

        var sessions = names.Select(name => loaded.Decoder.CreateSession(64, name)).ToArray();
        var batch = new DecoderBatch();
        Step(5);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Step(40);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);

        void Step(int times)
        {
            ReadOnlySpan<int> token = [7];
            for (var i = 0; i < times; i++)
            {
                batch.Clear();
                foreach (var session in sessions)
                {
                    batch.Add(session, token, LogitRows.Last);
                }

                loaded.Decoder.Forward(batch);
            }
        }
    }

    /// <summary>Whole matrices, norms and biases that an adapter brings, against a base that has them.</summary>
    [Fact]
    public void Saved_modules_equal_a_base_with_their_numbers()
    {
        using var file = SafetensorsFolder.Open(TestData.Require("models/kit/gpt2"));
        using var adapter = new WrittenAdapter("peft-ia3-gpt2");
        adapter.Tensors.Clear();
        foreach (var layer in Enumerable.Range(0, 3))
        {
            adapter.Tensors[$"base_model.model.transformer.h.{layer}.mlp.c_proj.ia3_l"] = (Enumerable.Repeat(1f, 256).ToArray(), [1, 256]);
        }

        adapter.Json["target_modules"] = new System.Text.Json.Nodes.JsonArray("mlp.c_proj");
        adapter.Json["modules_to_save"] = new System.Text.Json.Nodes.JsonArray("h.1.attn.c_attn", "ln_f", "h.0.ln_2", "wte");
        using var changed = new ChangedWeights(file, "transformer.h.1.attn.c_attn", "transformer.ln_f", "transformer.h.0.ln_2", "transformer.wte");
        foreach (var (name, values, shape) in changed.All)
        {
            adapter.Tensors["base_model.model." + name] = (values, shape);
        }

        using var team = new ThreadTeam(2);
        var config = Path.Combine(TestData.Require("models/kit/gpt2"), "config.json");
        var configuration = DecoderConfiguration.FromHuggingFace(File.ReadAllText(config), config);
        using var based = DecoderLoader.Load(file, configuration, new DecoderOptions { Team = team });
        based.LoadAdapter("a", adapter.Write());

        // The output layer keeps the base's numbers when only the embedding is saved; the changed base unties them.
        using var reference = DecoderLoader.Load(changed, configuration, new DecoderOptions { Team = team });
        using var session = reference.CreateSession(Ids.Length);
        using var adapted = based.CreateSession(Ids.Length, "a");
        var (hidden, expected) = (Layers(adapted), Layers(session));
        hidden.Count.ShouldBe(expected.Count);
        for (var layer = 0; layer < hidden.Count; layer++)
        {
            for (var i = 0; i < hidden[layer].Length; i++)
            {
                hidden[layer][i].ShouldBe(expected[layer][i], 2e-3f, $"layer {layer}");
            }
        }

        static List<float[]> Layers(IDecoderSession session)
        {
            var layers = new List<float[]>();
            ((EngineSession)session).ForwardObserved(Ids, (_, values) => layers.Add(values.ToArray()));
            return layers;
        }
    }

    private static string Kit(string name) => TestData.Require("models/kit/" + name);

    private static EngineDecoder Open(ThreadTeam team, int mostAdapters, long? bytes)
    {
        var place = TestData.Require("models/kit/llama");
        using var folder = SafetensorsFolder.Open(place);
        var config = Path.Combine(place, "config.json");
        return (EngineDecoder)DecoderLoader.Load(
            folder,
            DecoderConfiguration.FromHuggingFace(File.ReadAllText(config), config),
            new DecoderOptions { Team = team, MaxAdapters = mostAdapters, AdapterBytes = bytes });
    }
}

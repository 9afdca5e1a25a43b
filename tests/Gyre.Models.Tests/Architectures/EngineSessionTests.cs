using Gyre.Contracts;
using Gyre.Models.Architectures;
using Gyre.Models.Weights;
using Gyre.Tensors.Quantization;
using Gyre.Tensors.Threading;
using Gyre.TestSupport;

namespace Gyre.Models.Tests.Architectures;

[Trait("kernel", "true")]
public sealed class EngineSessionTests
{
    private const string Llama = "models/kit/llama";
    private static readonly int[] Prompt = [18, 272, 16, 117, 272, 51, 199, 52, 118, 235, 76, 232];

    [Theory]
    [InlineData("models/kit/llama")]
    [InlineData("models/kit/mistral")]
    [InlineData("models/kit/llama/model.q8_0.gguf")]
    [InlineData("models/kit/llama/model.q4_0.gguf")]
    public void One_and_several_threads_give_the_same_bits(string path)
    {
        int[] prompt = [.. Prompt.Select(id => id % 149)];
        using var one = LoadedDecoder.Open(path, threads: 1);
        var expected = one.LogitsOf(prompt);
        foreach (var threads in (int[])[2, 3])
        {
            using var several = LoadedDecoder.Open(path, threads: threads);
            several.LogitsOf(prompt).ShouldBe(expected);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(33)]
    public void Chunks_of_a_prompt_give_the_bits_of_the_whole(int chunk)
    {
        foreach (var format in (ElementFormat?[])[null, ElementFormat.Q8_0, ElementFormat.Q4_0, ElementFormat.F16, ElementFormat.BF16])
        {
            using var whole = LoadedDecoder.Open(Llama, format);
            using var chunked = LoadedDecoder.Open(Llama, format, chunk: chunk);
            int[] prompt = [.. Enumerable.Range(0, 100).Select(i => Prompt[i % Prompt.Length])];
            chunked.LogitsOf(prompt).ShouldBe(whole.LogitsOf(prompt), $"{format}");
        }
    }

    [Fact]
    public void A_truncated_session_continues_as_if_the_rest_had_never_been()
    {
        using var loaded = LoadedDecoder.Open(Llama);
        using var fresh = loaded.Decoder.CreateSession(16);
        fresh.Forward(Prompt.AsSpan(0, 4));
        var expected = fresh.Forward(Prompt.AsSpan(4, 2)).ToArray();
        using var session = loaded.Decoder.CreateSession(16);
        session.Forward(Prompt.AsSpan(0, 4));
        session.Forward(Prompt.AsSpan(4));
        session.Truncate(4);
        session.Position.ShouldBe(4);
        session.Forward(Prompt.AsSpan(4, 2)).ToArray().ShouldBe(expected);
    }

    [Fact]
    public void Sessions_that_alternate_do_not_disturb_each_other()
    {
        using var loaded = LoadedDecoder.Open(Llama);
        using var alone = loaded.Decoder.CreateSession(16);
        alone.Forward(Prompt);
        var expected = alone.Forward([7]).ToArray();
        using var first = loaded.Decoder.CreateSession(16);
        using var second = loaded.Decoder.CreateSession(16);
        first.Forward(Prompt);
        second.Forward([1, 2, 3]);
        first.Forward([7]).ToArray().ShouldBe(expected);
    }

    [Fact]
    public void Sessions_on_several_threads_take_turns()
    {
        using var loaded = LoadedDecoder.Open(Llama);
        int[][] prompts = [[1, 2, 3], [4, 5, 6, 7], [8], [9, 10]];
        var expected = prompts.Select(prompt => loaded.Greedy(prompt, 12)).ToArray();
        var actual = new int[prompts.Length][];
        Parallel.For(0, prompts.Length, i => actual[i] = loaded.Greedy(prompts[i], 12));
        actual.ShouldBe(expected);
    }

    [Fact]
    public void A_sequence_longer_than_its_session_is_refused_and_leaves_it_usable()
    {
        using var loaded = LoadedDecoder.Open(Llama);
        using var session = loaded.Decoder.CreateSession(8);
        session.Forward(Prompt.AsSpan(0, 6));
        var error = Should.Throw<ModelException>(() => session.Forward(Prompt.AsSpan(0, 3)));
        error.Code.ShouldBe("RUN0404");
        error.Message.ShouldContain("3 token(s)");
        error.Message.ShouldContain("holds 6 of at most 8");
        session.Position.ShouldBe(6);
        session.Forward(Prompt.AsSpan(6, 2));
        Should.Throw<ModelException>(() => loaded.Decoder.CreateSession(129)).Code.ShouldBe("RUN0404");
    }

    [Fact]
    public void A_sequence_that_outgrows_its_first_room_goes_on_as_before()
    {
        using var loaded = LoadedDecoder.Open("models/stories260K/derived-hf");
        var random = new SeededRandom(3);
        var ids = Enumerable.Range(0, 400).Select(_ => random.NextInt32(loaded.Decoder.VocabularySize)).ToArray();
        using var whole = loaded.Decoder.CreateSession(512);
        var expected = whole.Forward(ids).ToArray();
        using var growing = loaded.Decoder.CreateSession(512);
        foreach (var id in ids.AsSpan(0, 399))
        {
            growing.Forward([id]);
        }

        growing.Forward(ids.AsSpan(399, 1)).ToArray().ShouldBe(expected);
    }

    [Fact]
    public void A_token_outside_the_vocabulary_is_refused()
    {
        using var loaded = LoadedDecoder.Open(Llama);
        using var session = loaded.Decoder.CreateSession(8);
        Should.Throw<ArgumentOutOfRangeException>(() => session.Forward([277]));
        Should.Throw<ArgumentOutOfRangeException>(() => session.Forward([-1]));
        Should.Throw<ArgumentException>(() => session.Forward([]));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(ElementFormat.Q8_0)]
    [InlineData(ElementFormat.Q4_0)]
    [InlineData(ElementFormat.BF16)]
    public void Generating_a_token_allocates_nothing(ElementFormat? format)
    {
        using var loaded = LoadedDecoder.Open(Llama, format);
        using var session = loaded.Decoder.CreateSession(128);
        var token = new int[1];
        for (var i = 0; i < 80; i++)
        {
            token[0] = i;
            session.Forward(token);
        }

        session.Truncate(10);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            token[0] = i;
            session.Forward(token);
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    [Fact]
    public void Logits_that_are_not_numbers_are_reported_with_the_layer_they_come_from()
    {
        // Finite, but the norm's product with it is not: only running the model shows it.
        using var damaged = Damaged("model.layers.1.post_attention_layernorm.weight", 3e38f, out var configuration);
        using var team = new ThreadTeam(1);
        using var decoder = DecoderLoader.Load(damaged, configuration, new DecoderOptions { Team = team });
        using var session = decoder.CreateSession(8);
        var error = Should.Throw<ModelException>(() => session.Forward([5, 6]));
        error.Code.ShouldBe("RUN0304");
        error.Message.ShouldContain("layer 2 of 2");
        session.Position.ShouldBe(0);
    }

    [Theory]
    [InlineData("model.layers.1.mlp.down_proj.weight")]
    [InlineData("model.layers.0.input_layernorm.weight")]
    [InlineData("model.layers.0.mlp.up_proj.bias")]
    public void Weights_that_are_not_numbers_are_refused_by_name(string name)
    {
        using var damaged = Damaged(name, float.NaN, out var configuration);
        using var team = new ThreadTeam(1);
        var error = Should.Throw<ModelException>(() => DecoderLoader.Load(damaged, configuration, new DecoderOptions { Team = team }));
        error.Code.ShouldBe("RUN0015");
        error.Message.ShouldContain(name);
    }

    [Fact]
    public void Missing_misshapen_and_left_over_tensors_are_named_together()
    {
        using var folder = SafetensorsFolder.Open(TestData.Require(Llama));
        var json = File.ReadAllText(Path.Combine(TestData.Require(Llama), "config.json"));
        var configuration = DecoderConfiguration.FromHuggingFace(json, "config.json") with { Layers = 4, IntermediateSize = 64, AttentionBias = true };
        using var team = new ThreadTeam(1);
        var error = Should.Throw<ModelException>(() => DecoderLoader.Load(folder, configuration, new DecoderOptions { Team = team }));
        error.Code.ShouldBe("RUN0403");
        error.Message.ShouldContain("'model.layers.0.self_attn.q_proj.bias' is missing, expected shape [64]");
        error.Message.ShouldContain("'model.layers.0.mlp.gate_proj.weight' has shape [96, 64], expected [64, 64]");
        error.Message.ShouldContain(folder.Path);
        var fewer = Should.Throw<ModelException>(() => DecoderLoader.Load(folder, configuration with { Layers = 2, IntermediateSize = 96, AttentionBias = false }, new DecoderOptions { Team = team }));
        fewer.Message.ShouldContain("9 tensor(s) that this architecture does not use");
        fewer.Message.ShouldContain("model.layers.2.");
    }

    private static DamagedWeights Damaged(string name, float value, out DecoderConfiguration configuration)
    {
        var place = TestData.Require("models/kit/llama-rope-linear");
        configuration = DecoderConfiguration.FromHuggingFace(File.ReadAllText(Path.Combine(place, "config.json")), place);
        return new DamagedWeights(SafetensorsFolder.Open(place), name, value);
    }
}

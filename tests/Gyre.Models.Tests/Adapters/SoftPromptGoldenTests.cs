using Gyre.Contracts;
using Gyre.Models.Architectures;
using Gyre.Models.Architectures.Engine;
using Gyre.Models.Tests.Architectures;
using Gyre.Tensors.Quantization;
using Gyre.TestSupport;

namespace Gyre.Models.Tests.Adapters;

/// <summary>Prompt tuning, P-tuning and prefix tuning of decoders against float64 runs of the reference implementation (see each folder's SOURCE.md).</summary>
[Trait("kernel", "true")]
public sealed class SoftPromptGoldenTests
{
    /// <summary>With the virtual tokens whose logits the golden has too.</summary>
    public static TheoryData<string, string, int> All() => new()
    {
        { "llama", "peft-prompt-llama", 6 },
        { "llama", "peft-prefix-llama", 0 },
        { "gpt2", "peft-prefix-gpt2", 0 },
        { "gpt2", "peft-ptuning-gpt2", 4 },
    };

    [Theory]
    [MemberData(nameof(All))]
    public void Logits_equal_the_reference(string model, string adapter, int virtualRows)
    {
        var (folder, golden, tolerance) = FamilyTests.Open(adapter);
        ((double)golden["max_abs_change_vs_base"]!).ShouldBeGreaterThan(100 * tolerance); // The base alone would not pass.
        using var arrays = GoldenArrays.Open(folder);
        using var loaded = LoadedDecoder.Open("models/kit/" + model);
        loaded.Decoder.LoadAdapter("a", folder);
        var expected = arrays.Numbers("logits");
        var (rows, masks) = (arrays.Ids("input_ids"), arrays.Ids("attention_mask"));
        var width = loaded.Decoder.VocabularySize;
        expected.Length.ShouldBe(rows.Length * (rows[0].Length + virtualRows) * width);
        for (var row = 0; row < rows.Length; row++)
        {
            var length = masks[row].Sum();
            masks[row].ShouldBe(masks[row].OrderDescending()); // Padding stands on the right, so a row alone gives the same.
            var first = ((row * (rows[row].Length + virtualRows)) + virtualRows) * width;
            FamilyTests.Close(AdapterGoldenTests.LogitsOf(loaded.Decoder, rows[row][..length], "a"), expected.AsSpan(first, length * width), tolerance);

            using var session = loaded.Decoder.CreateSession(length, "a");
            for (var i = 0; i < length; i++)
            {
                FamilyTests.Close(session.Forward(rows[row].AsSpan(i, 1)), expected.AsSpan(first + (i * width), width), tolerance);
            }

            session.Position.ShouldBe(length);
        }
    }

    [Theory]
    [InlineData("llama", KeyValueFormat.F32)]
    [InlineData("llama", KeyValueFormat.F16)]
    [InlineData("gpt2", KeyValueFormat.F32)]
    public void Every_sequence_of_a_mixed_batch_has_the_bits_of_its_solo_run(string model, KeyValueFormat cache)
    {
        string?[] names = model == "llama"
            ? [null, "peft-prompt-llama", "peft-lora-llama", "peft-prefix-llama", "peft-prompt-llama"]
            : [null, "peft-prefix-gpt2", "peft-ptuning-gpt2", "peft-lora-gpt2", "peft-prefix-gpt2"];
        using var loaded = LoadedDecoder.Open("models/kit/" + model, cache: cache, chunk: 16);
        foreach (var name in names.OfType<string>().Distinct())
        {
            loaded.Decoder.LoadAdapter(name, TestData.Require("models/kit/" + name));
        }

        var random = new SeededRandom(5);
        var width = loaded.Decoder.VocabularySize;
        var sequences = names.Select((_, i) => Enumerable.Range(0, 55 + i).Select(_ => random.NextInt32(width)).ToArray()).ToArray();
        var expected = sequences.Zip(names, (ids, name) => AdapterGoldenTests.LogitsOf(loaded.Decoder, ids, name)).ToArray();
        var sessions = sequences.Zip(names, (ids, name) => loaded.Decoder.CreateSession(ids.Length, name)).ToArray();
        var batch = new DecoderBatch();
        var seen = new int[sessions.Length];
        while (sessions.Zip(sequences).Any(pair => pair.First.Position < pair.Second.Length))
        {
            batch.Clear();
            var places = new List<(int Sequence, int Start)>();
            for (var i = 0; i < sessions.Length; i++)
            {
                var count = Math.Min(sequences[i].Length - sessions[i].Position, random.NextInt32(4));
                if (count > 0)
                {
                    places.Add((i, sessions[i].Position + count - 1));
                    batch.Add(sessions[i], sequences[i].AsSpan(sessions[i].Position, count), LogitRows.Last);
                }
            }

            loaded.Decoder.Forward(batch);
            for (var entry = 0; entry < places.Count; entry++)
            {
                var (sequence, token) = places[entry];
                batch.Logits(entry, 0).SequenceEqual(expected[sequence].AsSpan(token * width, width)).ShouldBeTrue($"{names[sequence] ?? "base"}, token {token}");
                seen[sequence]++;
            }
        }

        seen.ShouldAllBe(count => count > 10);
        foreach (var session in sessions)
        {
            session.Dispose();
        }
    }

    /// <summary>What is computed once when it is loaded, chunk by chunk, is what a run of the embeddings in one go gives: the number of threads and of rows do not matter.</summary>
    [Fact]
    public void Threads_and_chunks_do_not_change_the_bits()
    {
        float[]? expected = null;
        foreach (var (threads, chunk) in new[] { (1, 128), (2, 4), (3, 1) })
        {
            using var loaded = LoadedDecoder.Open("models/kit/llama", threads: threads, chunk: chunk);
            loaded.Decoder.LoadAdapter("a", TestData.Require("models/kit/peft-prompt-llama"));
            var logits = AdapterGoldenTests.LogitsOf(loaded.Decoder, [1, 5, 9, 200, 7], "a");
            (expected ??= logits).ShouldBe(logits);
        }
    }

    /// <summary>A sequence's pages begin with the adapter's, so beginnings are shared with those of the same adapter, at other places than without.</summary>
    [Theory]
    [InlineData("peft-prompt-llama", 6)]
    [InlineData("peft-prefix-llama", 5)]
    public void Beginnings_are_shared_behind_the_virtual_tokens(string adapter, int virtualTokens)
    {
        using var loaded = LoadedDecoder.Open("models/kit/llama");
        var decoder = (EngineDecoder)loaded.Decoder;
        decoder.LoadAdapter("a", TestData.Require("models/kit/" + adapter));
        decoder.Pool.Taken.ShouldBe(1);
        var ids = Enumerable.Range(0, 100).Select(i => 3 + (i * 7 % 250)).ToArray();
        var expected = AdapterGoldenTests.LogitsOf(decoder, ids, "a").AsSpan(^decoder.VocabularySize).ToArray();
        using (var first = decoder.CreateSession(110, "a"))
        {
            first.TakePrefix(ids).ShouldBe(0);
            first.Forward(ids);
            first.KeepPrefix(ids);
        }

        using (var plain = decoder.CreateSession(110))
        {
            plain.TakePrefix(ids).ShouldBe(0);
        }

        using (var second = decoder.CreateSession(110, "a"))
        {
            second.TakePrefix(ids).ShouldBe(64 - virtualTokens);
            second.Forward(ids.AsSpan(64 - virtualTokens)).ToArray().ShouldBe(expected);

            // Back to its beginning and on with something else, and then the same again.
            second.Truncate(0);
            second.Forward([9, 9, 9]);
            second.Truncate(0);
            second.Forward(ids).ToArray().ShouldBe(expected);
        }

        // A page that begins alike is copied as far as it is.
        using (var third = decoder.CreateSession(110, "a"))
        {
            int[] other = [.. ids[..20], 250, 251, 252];
            third.TakePrefix(other).ShouldBe(20);
            var logits = third.Forward(other.AsSpan(20)).ToArray();
            AdapterGoldenTests.LogitsOf(decoder, other, "a").AsSpan(^decoder.VocabularySize).ToArray().ShouldBe(logits);
        }

        decoder.UnloadAdapter("a").ShouldBeTrue();
        decoder.Pool.Taken.ShouldBe(0);
    }

    [Fact]
    public void A_session_copies_another_with_its_virtual_tokens()
    {
        using var loaded = LoadedDecoder.Open("models/kit/gpt2");
        loaded.Decoder.LoadAdapter("a", TestData.Require("models/kit/peft-prefix-gpt2"));
        using var one = loaded.Decoder.CreateSession(8, "a");
        using var other = loaded.Decoder.CreateSession(8, "a");
        one.Forward([1, 2, 3]);
        other.Forward([7]);
        other.CopyFrom(one);
        other.Position.ShouldBe(3);
        other.Forward([3]).ToArray().ShouldBe(one.Forward([3]).ToArray());
    }

    [Fact]
    public void Virtual_tokens_take_their_places_of_the_context()
    {
        using var loaded = LoadedDecoder.Open("models/kit/llama");
        loaded.Decoder.LoadAdapter("a", TestData.Require("models/kit/peft-prompt-llama"));
        using (var use = loaded.Decoder.UseAdapter("a"))
        {
            use.VirtualTokens.ShouldBe(6);
        }

        using (loaded.Decoder.CreateSession(loaded.Decoder.ContextLength - 6, "a"))
        {
        }

        var error = Should.Throw<ModelException>(() => loaded.Decoder.CreateSession(loaded.Decoder.ContextLength - 5, "a"));
        error.Code.ShouldBe("RUN0404");
        error.Message.ShouldContain("of which its adapter takes 6");
    }

    [Theory]
    [InlineData("num_virtual_tokens", "0", "RUN0420", "num_virtual_tokens")]
    [InlineData("num_virtual_tokens", "7", "RUN0422", "expected [7, 64]")]
    [InlineData("num_virtual_tokens", "60000", "RUN0422", "leave nothing of the")]
    [InlineData("num_transformer_submodules", "2", "RUN0421", "num_transformer_submodules 2")]
    [InlineData("peft_type", "\"PREFIX_TUNING\"", "RUN0422", "expected [6, ")]
    [InlineData("peft_type", "\"MULTITASK_PROMPT_TUNING\"", "RUN0421", "MULTITASK_PROMPT_TUNING")]
    [InlineData("modules_to_save", "[\"lm_head\"]", "RUN0421", "modules_to_save")]
    public void What_does_not_fit_is_refused(string field, string value, string code, string shown)
    {
        using var loaded = LoadedDecoder.Open("models/kit/llama");
        using var adapter = new WrittenAdapter("peft-prompt-llama");
        adapter.Json[field] = System.Text.Json.Nodes.JsonNode.Parse(value);
        var error = Should.Throw<ModelException>(() => loaded.Decoder.LoadAdapter("a", adapter.Write()));
        error.Code.ShouldBe(code);
        error.Message.ShouldContain(shown);
        ((EngineDecoder)loaded.Decoder).Pool.Taken.ShouldBe(0);
    }

    [Fact]
    public void Numbers_that_are_not_finite_and_tensors_too_many_are_refused()
    {
        using var loaded = LoadedDecoder.Open("models/kit/llama");
        using var adapter = new WrittenAdapter("peft-prefix-llama");
        adapter.Tensors["prompt_embeddings"].Values[3] = float.NaN;
        Should.Throw<ModelException>(() => loaded.Decoder.LoadAdapter("a", adapter.Write())).Code.ShouldBe("RUN0015");
        adapter.Tensors["more"] = ([1], [1]);
        Should.Throw<ModelException>(() => loaded.Decoder.LoadAdapter("a", adapter.Write())).Message.ShouldContain("'more' is not expected");
        adapter.Tensors.Clear();
        adapter.Tensors["more"] = ([1], [1]);
        Should.Throw<ModelException>(() => loaded.Decoder.LoadAdapter("a", adapter.Write())).Message.ShouldContain("'prompt_embeddings' is missing");
        ((EngineDecoder)loaded.Decoder).Pool.Taken.ShouldBe(0);
    }

    [Fact]
    public void Virtual_tokens_that_the_cache_has_no_room_for_are_refused()
    {
        using var loaded = LoadedDecoder.Open("models/kit/llama", cacheBytes: LoadedDecoder.PageBytes("models/kit/llama"));
        using var session = loaded.Decoder.CreateSession(8);
        session.Forward([1]);
        var error = Should.Throw<ModelException>(() => loaded.Decoder.LoadAdapter("a", TestData.Require("models/kit/peft-prompt-llama")));
        error.Code.ShouldBe("RUN0424");
        error.Message.ShouldContain("6 virtual tokens need 1 of the 1 pages");
        loaded.Decoder.Adapters.ShouldBeEmpty();
    }
}

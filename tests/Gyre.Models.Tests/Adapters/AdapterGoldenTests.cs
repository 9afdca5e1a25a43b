using Gyre.Contracts;
using Gyre.Models.Architectures;
using Gyre.Models.Tests.Architectures;
using Gyre.Tensors.Quantization;
using Gyre.TestSupport;

namespace Gyre.Models.Tests.Adapters;

/// <summary>Adapters through the engine against float64 runs of the reference implementation (see each folder's SOURCE.md).</summary>
[Trait("kernel", "true")]
public sealed class AdapterGoldenTests
{
    private static readonly string[] OfLlama =
    [
        "peft-lora-llama", "peft-lora-llama-patterns", "peft-lora-llama-embed", "peft-rslora-llama", "peft-dora-llama", "peft-adalora-llama", "peft-ia3-llama",
    ];

    private static readonly string[] OfGpt2 = ["peft-lora-gpt2", "peft-dora-gpt2", "peft-ia3-gpt2"];

    public static TheoryData<string, string> All()
    {
        var data = new TheoryData<string, string>();
        data.AddRange(OfLlama.Select(name => new TheoryDataRow<string, string>("llama", name)).ToArray());
        data.AddRange(OfGpt2.Select(name => new TheoryDataRow<string, string>("gpt2", name)).ToArray());
        return data;
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Logits_equal_the_reference(string model, string adapter)
    {
        var (folder, golden, tolerance) = FamilyTests.Open(adapter);
        ((double)golden["max_abs_change_vs_base"]!).ShouldBeGreaterThan(100 * tolerance); // The base alone would not pass.
        using var arrays = GoldenArrays.Open(folder);
        using var loaded = LoadedDecoder.Open("models/kit/" + model);
        loaded.Decoder.LoadAdapter("a", folder);
        var expected = arrays.Numbers("logits");
        var rows = arrays.Ids("input_ids");
        var masks = arrays.Ids("attention_mask");
        for (var row = 0; row < rows.Length; row++)
        {
            var length = masks[row].Count(flag => flag == 1);
            masks[row].ShouldBe(masks[row].OrderDescending()); // Padding stands on the right, so a row alone gives the same.
            var logits = LogitsOf(loaded.Decoder, rows[row][..length], "a");
            FamilyTests.Close(logits, expected.AsSpan(row * rows[row].Length * loaded.Decoder.VocabularySize, logits.Length), tolerance);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void One_token_at_a_time_equals_the_reference(string model, string adapter)
    {
        var (folder, _, tolerance) = FamilyTests.Open(adapter);
        using var arrays = GoldenArrays.Open(folder);
        using var loaded = LoadedDecoder.Open("models/kit/" + model);
        loaded.Decoder.LoadAdapter("a", folder);
        var expected = arrays.Numbers("logits");
        var ids = arrays.Ids("input_ids")[0];
        var width = loaded.Decoder.VocabularySize;
        using var session = loaded.Decoder.CreateSession(ids.Length, "a");
        for (var i = 0; i < ids.Length; i++)
        {
            FamilyTests.Close(session.Forward(ids.AsSpan(i, 1)), expected.AsSpan(i * width, width), tolerance);
        }
    }

    [Theory]
    [InlineData("llama", null, KeyValueFormat.F32)]
    [InlineData("llama", ElementFormat.Q8_0, KeyValueFormat.F16)]
    [InlineData("gpt2", null, KeyValueFormat.F32)]
    public void Every_sequence_of_a_mixed_batch_has_the_bits_of_its_solo_run(string model, ElementFormat? format, KeyValueFormat cache)
    {
        var names = model == "llama" ? OfLlama : OfGpt2;
        using var loaded = LoadedDecoder.Open("models/kit/" + model, format, cache: cache);
        var decoder = loaded.Decoder;
        foreach (var name in names)
        {
            decoder.LoadAdapter(name, TestData.Require("models/kit/" + name));
        }

        // Each adapter twice and the base twice.
        string?[] adapters = [null, .. names, null, .. names];
        var random = new SeededRandom(11);
        var sequences = adapters.Select((_, i) => Enumerable.Range(0, 7 + (5 * (i % 4))).Select(_ => random.NextInt32(decoder.VocabularySize)).ToArray()).ToArray();
        var expected = sequences.Zip(adapters, (ids, adapter) => LogitsOf(decoder, ids, adapter)).ToArray();
        var sessions = sequences.Zip(adapters, (ids, adapter) => decoder.CreateSession(ids.Length, adapter)).ToArray();
        var batch = new DecoderBatch();
        var width = decoder.VocabularySize;
        while (sessions.Zip(sequences).Any(pair => pair.First.Position < pair.Second.Length))
        {
            batch.Clear();
            var places = new List<(int Sequence, int Start, int Count)>();
            for (var i = 0; i < sessions.Length; i++)
            {
                var left = sequences[i].Length - sessions[i].Position;
                var count = Math.Min(left, new[] { 0, 1, 3, 6 }[random.NextInt32(4)]);
                if (count > 0)
                {
                    places.Add((i, sessions[i].Position, count));
                    batch.Add(sessions[i], sequences[i].AsSpan(sessions[i].Position, count), LogitRows.All);
                }
            }

            decoder.Forward(batch);
            for (var entry = 0; entry < places.Count; entry++)
            {
                var (sequence, start, count) = places[entry];
                for (var row = 0; row < count; row++)
                {
                    batch.Logits(entry, row).SequenceEqual(expected[sequence].AsSpan((start + row) * width, width))
                        .ShouldBeTrue($"{adapters[sequence] ?? "base"}, sequence {sequence}, token {start + row}");
                }
            }
        }

        foreach (var session in sessions)
        {
            session.Dispose();
        }
    }

    /// <summary>Over a base in 8 bits the adapter's numbers have 8 digits; what that changes is far less than what the base's own 8 bits change.</summary>
    [Theory]
    [InlineData("peft-lora-llama")]
    [InlineData("peft-dora-llama")]
    [InlineData("peft-lora-llama-embed")]
    public void Over_a_base_in_eight_bits_logits_stay_near_the_reference(string adapter)
    {
        var (folder, golden, _) = FamilyTests.Open(adapter);
        using var arrays = GoldenArrays.Open(folder);
        using var loaded = LoadedDecoder.Open("models/kit/llama", ElementFormat.Q8_0);
        loaded.Decoder.LoadAdapter("a", folder);
        var ids = arrays.Ids("input_ids")[0][..8];
        var logits = LogitsOf(loaded.Decoder, ids, "a");
        FamilyTests.Close(logits, arrays.Numbers("logits").AsSpan(0, logits.Length), 0.05 * (double)golden["max_abs_change_vs_base"]!);
    }

    [Fact]
    public void Threads_do_not_change_the_bits()
    {
        float[]? expected = null;
        foreach (var threads in new[] { 1, 2, 3 })
        {
            using var loaded = LoadedDecoder.Open("models/kit/llama", threads: threads);
            loaded.Decoder.LoadAdapter("a", TestData.Require("models/kit/peft-dora-llama"));
            var logits = LogitsOf(loaded.Decoder, [1, 5, 9, 200, 7], "a");
            (expected ??= logits).ShouldBe(logits);
        }
    }

    [Fact]
    public void The_base_alone_is_as_if_no_adapter_were_loaded()
    {
        using var loaded = LoadedDecoder.Open("models/kit/llama");
        var before = loaded.LogitsOf([1, 5, 9, 200, 7]);
        loaded.Decoder.LoadAdapter("a", TestData.Require("models/kit/peft-lora-llama"));
        loaded.LogitsOf([1, 5, 9, 200, 7]).ShouldBe(before);
        LogitsOf(loaded.Decoder, [1, 5, 9, 200, 7], "a").ShouldNotBe(before);
    }

    internal static float[] LogitsOf(IDecoder decoder, int[] ids, string? adapter)
    {
        using var session = decoder.CreateSession(ids.Length, adapter);
        var logits = new float[ids.Length * decoder.VocabularySize];
        session.ForwardAll(ids, logits);
        return logits;
    }
}

using Gyre.Contracts;
using Gyre.Models.Architectures;
using Gyre.Tensors.Quantization;

namespace Gyre.Models.Tests.Architectures;

[Trait("kernel", "true")]
public sealed class DecoderBatchTests
{
    private const string Stories = "models/stories260K/derived-hf";

    [Theory]
    [InlineData(null, KeyValueFormat.F32)]
    [InlineData(ElementFormat.Q8_0, KeyValueFormat.F16)]
    [InlineData(ElementFormat.Q4_0, KeyValueFormat.Int8)]
    public void Each_sequence_of_a_batch_has_the_bits_of_its_solo_run(ElementFormat? format, KeyValueFormat cache)
    {
        using var loaded = LoadedDecoder.Open(Stories, format, cache: cache);
        var decoder = loaded.Decoder;
        var random = new SeededRandom(5);
        var sequences = Enumerable.Range(0, 7).Select(i => Ids(random, decoder, 5 + (37 * i))).ToArray();
        var expected = sequences.Select(loaded.LogitsOf).ToArray();
        var sessions = sequences.Select(ids => decoder.CreateSession(ids.Length)).ToArray();
        var batch = new DecoderBatch();
        var width = decoder.VocabularySize;
        while (sessions.Zip(sequences).Any(pair => pair.First.Position < pair.Second.Length))
        {
            batch.Clear();
            var places = new List<(int Sequence, int Start, int Count)>();
            for (var i = 0; i < sessions.Length; i++)
            {
                // One token, a few, or many; some sequences sit out.
                var left = sequences[i].Length - sessions[i].Position;
                var count = Math.Min(left, new[] { 0, 1, 3, 20 }[random.NextInt32(4)]);
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
                batch.IsFinite(entry).ShouldBeTrue();
                for (var row = 0; row < count; row++)
                {
                    batch.Logits(entry, row).SequenceEqual(expected[sequence].AsSpan((start + row) * width, width)).ShouldBeTrue($"sequence {sequence}, token {start + row}");
                }
            }
        }
    }

    [Fact]
    public void Only_the_wanted_logits_are_computed()
    {
        using var loaded = LoadedDecoder.Open(Stories);
        using var first = loaded.Decoder.CreateSession(8);
        using var second = loaded.Decoder.CreateSession(8);
        var expected = loaded.LogitsOf([4, 5, 6]);
        var batch = new DecoderBatch();
        batch.Add(first, [1, 2], LogitRows.None);
        batch.Add(second, [4, 5, 6], LogitRows.Last);
        loaded.Decoder.Forward(batch);
        batch.Logits(1, 0).ToArray().ShouldBe(expected[^loaded.Decoder.VocabularySize..]);
        Should.Throw<ArgumentOutOfRangeException>(() => batch.Logits(0, 0).Length);
        Should.Throw<ArgumentOutOfRangeException>(() => batch.Logits(1, 1).Length);
        first.Position.ShouldBe(2);
    }

    [Fact]
    public void A_sequence_without_room_ends_the_batch_before_anything_is_run()
    {
        using var loaded = LoadedDecoder.Open(Stories);
        using var first = loaded.Decoder.CreateSession(8);
        using var second = loaded.Decoder.CreateSession(2);
        var batch = new DecoderBatch();
        batch.Add(first, [1, 2], LogitRows.Last);
        batch.Add(second, [4, 5, 6], LogitRows.Last);
        Should.Throw<ModelException>(() => loaded.Decoder.Forward(batch)).Code.ShouldBe("RUN0404");
        (first.Position, second.Position).ShouldBe((0, 0));
    }

    [Fact]
    public void Running_a_batch_allocates_nothing()
    {
        using var loaded = LoadedDecoder.Open(Stories);
        var sessions = Enumerable.Range(0, 8).Select(_ => loaded.Decoder.CreateSession(64)).ToArray();
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

    [Theory]
    [InlineData(KeyValueFormat.F32)]
    [InlineData(KeyValueFormat.F16)]
    [InlineData(KeyValueFormat.Int8)]
    public void A_session_that_begins_with_what_was_read_before_gives_the_same_bits(KeyValueFormat cache)
    {
        using var loaded = LoadedDecoder.Open(Stories, cache: cache);
        var random = new SeededRandom(9);
        var shared = Ids(random, loaded.Decoder, 200);
        int[] firstIds = [.. shared, .. Ids(random, loaded.Decoder, 90)];
        int[] secondIds = [.. shared, .. Ids(random, loaded.Decoder, 60)];
        var expected = loaded.LogitsOf(secondIds)[^loaded.Decoder.VocabularySize..];
        using (var first = loaded.Decoder.CreateSession(300))
        {
            first.TakePrefix(firstIds).ShouldBe(0);
            first.Forward(firstIds);
            first.KeepPrefix(firstIds);
        }

        using var second = loaded.Decoder.CreateSession(300);
        second.TakePrefix(secondIds).ShouldBe(200);
        second.Forward(secondIds.AsSpan(200)).ToArray().ShouldBe(expected);
        second.KeepPrefix(secondIds);

        // All of it is known now but the last token, which is always read.
        using var third = loaded.Decoder.CreateSession(300);
        third.TakePrefix(secondIds.AsSpan(0, 256)).ShouldBe(255);
        third.Forward(secondIds.AsSpan(255)).ToArray().ShouldBe(expected);
    }

    [Fact]
    public void Copies_of_a_session_go_their_own_ways()
    {
        using var loaded = LoadedDecoder.Open(Stories);
        var random = new SeededRandom(4);
        var shared = Ids(random, loaded.Decoder, 100);
        using var original = loaded.Decoder.CreateSession(200);
        original.Forward(shared);
        using var copy = loaded.Decoder.CreateSession(200);
        copy.CopyFrom(original);
        var left = original.Forward([11, 12, 13]).ToArray();
        var right = copy.Forward([21, 22]).ToArray();
        right.ShouldBe(loaded.LogitsOf([.. shared, 21, 22])[^right.Length..]);
        left.ShouldBe(loaded.LogitsOf([.. shared, 11, 12, 13])[^left.Length..]);
    }

    [Fact]
    public void A_full_cache_is_refused_by_name_and_kept_beginnings_make_way()
    {
        using var loaded = LoadedDecoder.Open(Stories, cacheBytes: 4 * LoadedDecoder.PageBytes(Stories));
        var decoder = loaded.Decoder;
        decoder.MaxCachedTokens.ShouldBe(256);
        var random = new SeededRandom(6);
        var ids = Ids(random, decoder, 128);
        using (var kept = decoder.CreateSession(128))
        {
            kept.Forward(ids);
            kept.KeepPrefix(ids);
        }

        using var large = decoder.CreateSession(200);
        large.Forward(Ids(random, decoder, 190));
        decoder.FreeCachedTokens.ShouldBe(64);
        using var other = decoder.CreateSession(100);
        var error = Should.Throw<ModelException>(() => other.Forward(Ids(random, decoder, 70)));
        error.Code.ShouldBe("RUN0310");
        error.Message.ShouldContain($"takes 2 pages of keys and values ({2 * LoadedDecoder.PageBytes(Stories):N0} bytes), and all 4 pages");
        other.TryReserve(65).ShouldBeFalse();
        other.TryReserve(64).ShouldBeTrue();
        large.Truncate(0);
        using var again = decoder.CreateSession(128);
        again.TakePrefix(ids).ShouldBe(0);
    }

    private static int[] Ids(SeededRandom random, IDecoder decoder, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => random.NextInt32(decoder.VocabularySize))];
}

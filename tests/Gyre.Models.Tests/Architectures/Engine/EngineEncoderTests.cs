using Gyre.Contracts;
using Gyre.Models.Architectures;
using Gyre.Tensors.Quantization;

namespace Gyre.Models.Tests.Architectures.Engine;

[Trait("kernel", "true")]
public sealed class EngineEncoderTests
{
    private const string Bert = "models/kit/bert";

    [Theory]
    [InlineData(Bert, null, EncoderOutput.Hidden)]
    [InlineData(Bert, ElementFormat.Q8_0, EncoderOutput.Hidden)]
    [InlineData(Bert, ElementFormat.F32, EncoderOutput.Pooled)]
    [InlineData("models/kit/bert-mlm", null, EncoderOutput.Head)]
    [InlineData("models/kit/roberta", ElementFormat.F16, EncoderOutput.Head)]
    public void Each_sequence_of_a_batch_has_the_bits_of_its_solo_run(string path, ElementFormat? format, EncoderOutput output)
    {
        using var loaded = LoadedEncoder.Open(path, format, batch: 64);
        using var alone = LoadedEncoder.Open(path, format, threads: 1);
        var random = new SeededRandom(5);
        var sequences = Enumerable.Range(0, 40).Select(i => Ids(random, loaded, 1 + (i * 7 % loaded.Encoder.ContextLength))).ToArray();
        var types = sequences.Select(ids => ids.Select(_ => random.NextInt32(loaded.Configuration.TokenTypes)).ToArray()).ToArray();
        var batch = new EncoderBatch();
        for (var i = 0; i < sequences.Length; i++)
        {
            batch.AddAll(sequences[i], types[i]);
        }

        batch.Tokens.ShouldBeGreaterThan(5 * loaded.Encoder.MaxRunTokens);
        loaded.Encoder.Run(batch, output);
        for (var i = 0; i < sequences.Length; i++)
        {
            batch.Rows(i).SequenceEqual(alone.ResultsOf(output, sequences[i], types[i])).ShouldBeTrue($"sequence {i} of {sequences[i].Length} tokens");
        }
    }

    [Theory]
    [InlineData(EncoderOutput.Hidden)]
    [InlineData(EncoderOutput.Head)]
    public void Listed_rows_have_the_bits_that_they_have_among_all(EncoderOutput output)
    {
        using var loaded = LoadedEncoder.Open("models/kit/bert-mlm");
        var ids = Ids(new SeededRandom(9), loaded, 17);
        var expected = loaded.ResultsOf(output, ids).Chunk(loaded.Encoder.WidthOf(output)).ToArray();
        var batch = new EncoderBatch();
        batch.Add(ids, [], 0);
        batch.Add(ids, []);
        batch.Add(ids, [], 3, 4, 16);
        loaded.Encoder.Run(batch, output);
        batch.Row(0, 0).ToArray().ShouldBe(expected[0]);
        batch.RowsOf(1).ShouldBe(0);
        batch.Row(2, 0).ToArray().ShouldBe(expected[3]);
        batch.Row(2, 1).ToArray().ShouldBe(expected[4]);
        batch.Row(2, 2).ToArray().ShouldBe(expected[16]);
        Should.Throw<ArgumentOutOfRangeException>(() => batch.Row(0, 1).Length);
    }

    /// <summary>Every sequence takes a page of its own, so their number ends a run before its rows do.</summary>
    [Fact]
    public void Very_many_short_sequences_are_run_in_parts()
    {
        using var loaded = LoadedEncoder.Open(Bert);
        var batch = new EncoderBatch();
        for (var i = 0; i < 3 * loaded.Encoder.MaxRunTokens; i++)
        {
            batch.Add([1 + (i % 7)], [], 0);
        }

        loaded.Encoder.Run(batch, EncoderOutput.Hidden);
        for (var i = 0; i < batch.Count; i++)
        {
            batch.Row(i, 0).SequenceEqual(batch.Row(i % 7, 0)).ShouldBeTrue($"sequence {i}");
        }
    }

    [Fact]
    public void A_run_allocates_nothing_once_the_batch_has_had_its_size()
    {
        using var loaded = LoadedEncoder.Open(Bert);
        var ids = Ids(new SeededRandom(3), loaded, 21);
        var batch = new EncoderBatch();
        long Fill()
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            batch.Clear();
            for (var i = 0; i < 60; i++)
            {
                batch.Add(ids, [], 0);
            }

            loaded.Encoder.Run(batch, EncoderOutput.Hidden);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Fill();
        Fill();
        Fill().ShouldBe(0);
    }

    [Fact]
    public void A_text_longer_than_the_context_is_refused_with_its_length()
    {
        using var loaded = LoadedEncoder.Open(Bert);
        var batch = new EncoderBatch();
        batch.AddAll([1, 2]);
        batch.AddAll(new int[loaded.Encoder.ContextLength + 1]);
        var error = Should.Throw<ModelException>(() => loaded.Encoder.Run(batch, EncoderOutput.Hidden));
        error.Code.ShouldBe("RUN0404");
        error.Message.ShouldContain("text 1 has 41 tokens; this model reads 40");
    }

    [Fact]
    public void Ids_types_and_results_that_the_network_does_not_have_are_refused()
    {
        using var loaded = LoadedEncoder.Open(Bert);
        Should.Throw<ArgumentOutOfRangeException>(() => loaded.ResultsOf(EncoderOutput.Hidden, [loaded.Encoder.VocabularySize]));
        Should.Throw<ArgumentOutOfRangeException>(() => loaded.ResultsOf(EncoderOutput.Hidden, [-1]));
        Should.Throw<ArgumentOutOfRangeException>(() => loaded.ResultsOf(EncoderOutput.Hidden, [1], [2]));
        Should.Throw<NotSupportedException>(() => loaded.ResultsOf(EncoderOutput.Head, [1]));
        Should.Throw<ArgumentException>(() => new EncoderBatch().AddAll([]));
        Should.Throw<ArgumentException>(() => new EncoderBatch().AddAll([1, 2], [0]));
        Should.Throw<ArgumentException>(() => new EncoderBatch().Add([1, 2], [], 1, 0));
        Should.Throw<ArgumentException>(() => new EncoderBatch().Add([1, 2], [], 2));
    }

    [Fact]
    public void Work_that_is_called_off_ends_between_two_runs()
    {
        using var loaded = LoadedEncoder.Open(Bert);
        using var source = new CancellationTokenSource();
        source.Cancel();
        var batch = new EncoderBatch();
        batch.AddAll([1, 2, 3]);
        Should.Throw<OperationCanceledException>(() => loaded.Encoder.Run(batch, EncoderOutput.Hidden, source.Token));
    }

    private static int[] Ids(SeededRandom random, LoadedEncoder loaded, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => random.NextInt32(loaded.Encoder.VocabularySize))];
}

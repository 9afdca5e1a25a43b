using Gyre.Contracts;
using Gyre.Models.Architectures;
using Gyre.Models.Generation;
using Gyre.Models.Tests.Architectures;
using Gyre.Tensors.Quantization;

namespace Gyre.Models.Tests.Generation;

/// <summary>The engine over real weights: what a sequence says must not depend on what else runs.</summary>
public sealed class ContinuousBatchingTests
{
    private const string Stories = "models/stories260K/derived-hf";

    /// <summary>Greedy, sampled, with penalties, with log-probabilities: everything that keeps a state of its own.</summary>
    private static readonly GenerationOptions[] Kinds =
    [
        new() { Temperature = 0, MaxTokens = 40, IgnoreEnd = true },
        new() { Temperature = 1, MaxTokens = 70, Seed = 11, IgnoreEnd = true },
        new() { Temperature = 0.8f, TopP = 0.9f, MaxTokens = 25, Seed = 12, RepetitionPenalty = 1.1f, IgnoreEnd = true },
        new() { Temperature = 0.7f, TopK = 20, MaxTokens = 90, Seed = 13, Logprobs = 2, IgnoreEnd = true },
        new() { Temperature = 0, MaxTokens = 12, PromptLogprobs = true, Logprobs = 1, IgnoreEnd = true },
    ];

    [Theory]
    [InlineData(64, 16, 0, null, KeyValueFormat.F32)]
    [InlineData(256, 32, 8, null, KeyValueFormat.F32)]
    [InlineData(16, 5, 8, null, KeyValueFormat.Int8)]
    [InlineData(64, 16, 4, 9, KeyValueFormat.F32)]
    [InlineData(256, 32, 0, 8, KeyValueFormat.F16)]
    public async Task A_stream_says_what_it_says_alone_under_late_arrivals_and_departures(int chunk, int active, int drafts, int? pages, KeyValueFormat cache)
    {
        long? bytes = pages is null ? null : pages * (cache == KeyValueFormat.F16 ? 1 : 2) * LoadedDecoder.PageBytes(Stories) / 2;
        using var loaded = LoadedDecoder.Open(Stories, cache: cache, cacheBytes: bytes);
        using var calm = LoadedDecoder.Open(Stories, cache: cache);
        var prompts = Prompts(loaded.Decoder.VocabularySize, 24);
        var expected = new List<string>();
        await using (var solo = Create(calm, new TextGeneratorOptions { MaxActive = 1, MaxDraftTokens = 0 }))
        {
            for (var i = 0; i < prompts.Length; i++)
            {
                expected.Add(await Collect(solo, prompts[i], Kinds[i % Kinds.Length], int.MaxValue));
            }
        }

        await using var generator = Create(loaded, new TextGeneratorOptions { MaxActive = active, PromptChunkTokens = chunk, MaxDraftTokens = drafts });
        var answers = await Task.WhenAll(prompts.Select(async (prompt, i) =>
        {
            await Task.Delay(i * 3);
            return await Collect(generator, prompt, Kinds[i % Kinds.Length], i % 6 == 5 ? 4 : int.MaxValue);
        }));
        for (var i = 0; i < answers.Length; i++)
        {
            (i % 6 == 5 ? expected[i].StartsWith(answers[i], StringComparison.Ordinal) : expected[i] == answers[i]).ShouldBeTrue($"stream {i}: {answers[i]} instead of {expected[i]}");
        }
    }

    [Fact]
    public async Task A_beginning_that_was_read_before_is_not_read_again()
    {
        using var loaded = LoadedDecoder.Open(Stories);
        await using var generator = Create(loaded, new TextGeneratorOptions());
        var random = new SeededRandom(3);
        int[] system = [.. Enumerable.Range(0, 160).Select(_ => random.NextInt32(loaded.Decoder.VocabularySize))];
        var options = Kinds[0];
        (await Usage(generator, [.. system, 5, 6], options)).CachedTokens.ShouldBe(0);
        (await Usage(generator, [.. system, 7, 8, 9], options)).CachedTokens.ShouldBe(160);

        // The answer is part of what the next turn of a conversation begins with.
        var told = new List<int>();
        await foreach (var update in generator.GenerateAsync([.. system, 5, 6], options))
        {
            if (update.TokenId is { } id)
            {
                told.Add(id);
            }
        }

        (await Usage(generator, [.. system, 5, 6, .. told, 9], options)).CachedTokens.ShouldBe(192);
    }

    [Fact]
    public async Task Callers_that_begin_alike_at_the_same_time_read_the_beginning_once()
    {
        using var loaded = LoadedDecoder.Open(Stories);
        await using var generator = Create(loaded, new TextGeneratorOptions { PromptChunkTokens = 64 });
        var random = new SeededRandom(3);
        int[] system = [.. Enumerable.Range(0, 256).Select(_ => random.NextInt32(loaded.Decoder.VocabularySize))];
        var usages = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Usage(generator, [.. system, 5, i + 6], Kinds[0])));
        usages.Count(usage => usage.CachedTokens >= 256).ShouldBe(5);
    }

    [Fact]
    public async Task Drafts_shorten_a_text_that_repeats_and_change_nothing()
    {
        using var loaded = LoadedDecoder.Open(Stories);
        var random = new SeededRandom(8);
        int[] phrase = [.. Enumerable.Range(0, 12).Select(_ => random.NextInt32(loaded.Decoder.VocabularySize))];
        int[] prompt = [.. phrase, .. phrase, .. phrase];
        var options = new GenerationOptions { Temperature = 0, MaxTokens = 200, IgnoreEnd = true };
        await using var plain = Create(loaded, new TextGeneratorOptions { MaxDraftTokens = 0 });
        await using var drafting = Create(loaded, new TextGeneratorOptions { MaxDraftTokens = 8 });
        (await Collect(drafting, prompt, options, int.MaxValue)).ShouldBe(await Collect(plain, prompt, options, int.MaxValue));
    }

    [Theory]
    [InlineData(ElementFormat.Q4_0)]
    [InlineData(ElementFormat.F16)]
    public async Task A_model_that_drafts_shortens_the_work_and_changes_nothing(ElementFormat format)
    {
        using var loaded = LoadedDecoder.Open(Stories);
        using var small = LoadedDecoder.Open(Stories, format);
        var prompts = Prompts(loaded.Decoder.VocabularySize, 8);
        var counting = new CountingDecoder(loaded.Decoder);
        await using var plain = Create(loaded, new TextGeneratorOptions { MaxDraftTokens = 0 });
        await using var drafting = new TextGenerator(
            counting,
            new FakeByteTokenizer { VocabularySize = loaded.Decoder.VocabularySize },
            new TextGeneratorOptions { DraftDecoder = small.Decoder, MaxDraftTokens = 6 },
            TimeProvider.System);
        var tokens = 0;
        for (var i = 0; i < prompts.Length; i++)
        {
            var expected = await Collect(plain, prompts[i], Kinds[i % Kinds.Length], int.MaxValue);
            (await Collect(drafting, prompts[i], Kinds[i % Kinds.Length], int.MaxValue)).ShouldBe(expected, $"prompt {i}");
            tokens += Kinds[i % Kinds.Length].MaxTokens;
        }

        counting.Runs.ShouldBeLessThan(tokens * 3 / 4);
        var together = await Task.WhenAll(prompts.Select((prompt, i) => Collect(drafting, prompt, Kinds[i % Kinds.Length], int.MaxValue)));
        var alone = new List<string>();
        for (var i = 0; i < prompts.Length; i++)
        {
            alone.Add(await Collect(plain, prompts[i], Kinds[i % Kinds.Length], int.MaxValue));
        }

        together.ShouldBe(alone);
    }

    [Fact]
    public void A_model_of_another_vocabulary_cannot_draft()
    {
        using var loaded = LoadedDecoder.Open(Stories);
        var error = Should.Throw<ModelException>(() => Create(loaded, new TextGeneratorOptions { DraftDecoder = new FakeDecoder() }));
        error.Code.ShouldBe("RUN0312");
        error.Message.ShouldContain("257 logits");
    }

    private static TextGenerator Create(LoadedDecoder loaded, TextGeneratorOptions options) =>
        new(loaded.Decoder, new FakeByteTokenizer { VocabularySize = loaded.Decoder.VocabularySize }, options, TimeProvider.System);

    /// <summary>Prompts of 1 to 130 tokens, some of which begin alike.</summary>
    private static int[][] Prompts(int vocabulary, int count)
    {
        var random = new SeededRandom(21);
        int[] shared = [.. Enumerable.Range(0, 90).Select(_ => random.NextInt32(vocabulary))];
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            int[] own = [.. Enumerable.Range(0, 1 + random.NextInt32(130)).Select(_ => random.NextInt32(vocabulary))];
            return i % 3 == 0 ? [.. shared, .. own] : own;
        })];
    }

    /// <summary>The ids and log-probabilities of an answer, as one text.</summary>
    private static async Task<string> Collect(TextGenerator generator, int[] prompt, GenerationOptions options, int most)
    {
        var text = new List<string>();
        await foreach (var update in generator.GenerateAsync(prompt, options))
        {
            if (update.PromptLogprobs.Count > 0)
            {
                text.Add(string.Join('/', update.PromptLogprobs.Select(one => one?.Logprob)));
            }

            if (update.TokenId is { } id)
            {
                text.Add($"{id}:{update.Logprob?.Logprob}");
                if (text.Count >= most)
                {
                    break;
                }
            }
        }

        return string.Join(' ', text);
    }

    private static async Task<GenerationUsage> Usage(TextGenerator generator, int[] prompt, GenerationOptions options)
    {
        GenerationUsage? usage = null;
        await foreach (var update in generator.GenerateAsync(prompt, options))
        {
            usage ??= update.Usage;
        }

        return usage.ShouldNotBeNull();
    }

    /// <summary>Counts the batches of the network behind it.</summary>
    private sealed class CountingDecoder(IDecoder inner) : IDecoder
    {
        public int Runs { get; private set; }

        public int VocabularySize => inner.VocabularySize;

        public int ContextLength => inner.ContextLength;

        public int MaxBatchTokens => inner.MaxBatchTokens;

        public IDecoderSession CreateSession(int maxTokens) => inner.CreateSession(maxTokens);

        public void Forward(DecoderBatch batch)
        {
            Runs++;
            inner.Forward(batch);
        }

        public void Dispose()
        {
        }
    }
}

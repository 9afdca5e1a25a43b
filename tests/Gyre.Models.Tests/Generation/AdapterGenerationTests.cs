using Gyre.Models.Generation;
using Gyre.Models.Tests.Architectures;
using Gyre.Models.Tokenizers;
using Gyre.TestSupport;

namespace Gyre.Models.Tests.Generation;

/// <summary>Requests with adapters side by side in one engine.</summary>
public sealed class AdapterGenerationTests
{
    private static readonly string?[] Adapters = [null, "peft-lora-llama", "peft-dora-llama", "peft-ia3-llama", null, "peft-lora-llama", "peft-prompt-llama", "peft-prefix-llama"];

    /// <summary>All prompts begin alike, so that a beginning taken over from another adapter would show.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData(7)] // The two soft prompts have a page each.
    public async Task Each_request_says_what_it_says_alone(int? pages)
    {
        long? bytes = pages is null ? null : pages * LoadedDecoder.PageBytes("models/kit/llama");
        using var loaded = Open(bytes);
        int[] prompt = [1, .. Enumerable.Range(0, 70).Select(i => 3 + (i * 11 % 250))];
        var expected = new List<int[]>();
        foreach (var adapter in Adapters)
        {
            using var alone = Open(null);
            await using var generator = Create(alone);
            expected.Add(await Collect(generator, prompt, adapter));
        }

        expected[1].ShouldNotBe(expected[0]);
        await using var together = Create(loaded);
        var answers = await Task.WhenAll(Adapters.Select(adapter => Collect(together, prompt, adapter)));
        for (var i = 0; i < answers.Length; i++)
        {
            answers[i].ShouldBe(expected[i], $"{i}: {Adapters[i] ?? "base"}");
        }
    }

    [Fact]
    public async Task An_unknown_adapter_is_refused_at_once()
    {
        using var loaded = Open(null);
        await using var generator = Create(loaded);
        (await Should.ThrowAsync<ModelException>(() => Collect(generator, [1, 2], "peft-lora-lama"))).Code.ShouldBe("RUN0423");
    }

    [Fact]
    public async Task A_request_keeps_its_adapter_although_it_is_unloaded()
    {
        using var loaded = Open(null);
        await using var generator = Create(loaded);
        var expected = await Collect(generator, [1, 2, 3], "peft-lora-llama");
        var ids = new List<int>();
        await foreach (var update in generator.GenerateAsync([1, 2, 3], OptionsOf("peft-lora-llama")))
        {
            loaded.Decoder.UnloadAdapter("peft-lora-llama");
            if (update.TokenId is { } id)
            {
                ids.Add(id);
            }
        }

        ids.ShouldBe(expected);
        (await Should.ThrowAsync<ModelException>(() => Collect(generator, [1, 2], "peft-lora-llama"))).Code.ShouldBe("RUN0423");
    }

    [Fact]
    public async Task A_request_that_waits_keeps_its_adapter_although_another_takes_its_name()
    {
        using var loaded = Open(null);
        loaded.Decoder.LoadAdapter("a", TestData.Require("models/kit/peft-rslora-llama"));
        await using var generator = Create(loaded, mostActive: 1);
        var expected = await Collect(generator, [1, 2, 3], "a");
        await using var running = generator.GenerateAsync([4, 5], OptionsOf(null) with { MaxTokens = 200 }).GetAsyncEnumerator();
        (await running.MoveNextAsync()).ShouldBeTrue();
        var waiting = Collect(generator, [1, 2, 3], "a");
        loaded.Decoder.UnloadAdapter("a").ShouldBeTrue();
        loaded.Decoder.LoadAdapter("a", TestData.Require("models/kit/peft-lora-llama"));
        await running.DisposeAsync(); // Now there is a place.
        (await waiting).ShouldBe(expected);
        (await Collect(generator, [1, 2, 3], "a")).ShouldNotBe(expected);
    }

    [Fact]
    public async Task Virtual_tokens_take_their_places_of_the_context()
    {
        using var loaded = Open(null);
        await using var generator = Create(loaded);
        var longest = Enumerable.Repeat(7, loaded.Decoder.ContextLength - 7).ToArray();
        (await Collect(generator, longest, "peft-prompt-llama")).Length.ShouldBe(1);
        (await Collect(generator, longest, "peft-lora-llama")).Length.ShouldBe(7);
        var error = await Should.ThrowAsync<ModelException>(() => Collect(generator, [.. longest, 7], "peft-prompt-llama"));
        error.Code.ShouldBe("RUN0301");
        error.Message.ShouldContain("the adapter's 6 virtual tokens");
    }

    private static LoadedDecoder Open(long? cacheBytes)
    {
        var loaded = LoadedDecoder.Open("models/kit/llama", cacheBytes: cacheBytes);
        foreach (var name in Adapters.OfType<string>().Distinct())
        {
            loaded.Decoder.LoadAdapter(name, TestData.Require("models/kit/" + name));
        }

        return loaded;
    }

    private static TextGenerator Create(LoadedDecoder loaded, int mostActive = 8) => new(
        loaded.Decoder,
        new AbsentTokenizer(loaded.Configuration.VocabularySize, "here"),
        new TextGeneratorOptions { MaxActive = mostActive, PromptChunkTokens = 16 },
        TimeProvider.System);

    private static GenerationOptions OptionsOf(string? adapter) => new() { Temperature = 0, MaxTokens = 24, IgnoreEnd = true, Adapter = adapter };

    private static async Task<int[]> Collect(TextGenerator generator, int[] prompt, string? adapter)
    {
        var ids = new List<int>();
        await foreach (var update in generator.GenerateAsync(prompt, OptionsOf(adapter)))
        {
            if (update.TokenId is { } id)
            {
                ids.Add(id);
            }
        }

        return [.. ids];
    }
}

using System.Text;
using Gyre.Models.Generation;

namespace Gyre.Models.Tests.Generation;

public class TextGeneratorTests
{
    private static readonly GenerationOptions Greedy = new() { Temperature = 0, MaxTokens = 5 };

    [Fact]
    public async Task Greedy_text_follows_the_model_and_ends_at_the_limit()
    {
        await using var generator = Create(new FakeDecoder());

        var updates = await Collect(generator, "a", Greedy);

        string.Concat(updates.Select(update => update.Text)).ShouldBe("bcdef");
        updates[0].TokenId.ShouldBeNull();
        updates[^1].FinishReason.ShouldBe(FinishReason.Length);
        updates[^1].Usage!.PromptTokens.ShouldBe(1);
        updates[^1].Usage!.CompletionTokens.ShouldBe(5);
    }

    [Fact]
    public async Task A_stop_text_ends_the_answer_before_it()
    {
        await using var generator = Create(new FakeDecoder());

        var updates = await Collect(generator, "a", Greedy with { MaxTokens = 20, Stop = ["de"] });

        string.Concat(updates.Select(update => update.Text)).ShouldBe("bc");
        updates[^1].FinishReason.ShouldBe(FinishReason.Stop);
    }

    [Fact]
    public async Task An_end_token_ends_the_answer()
    {
        await using var generator = Create(new FakeDecoder());
        var prompt = new[] { 253 };

        var updates = await Collect(generator, prompt, Greedy);

        updates.Where(update => update.TokenId is not null).Select(update => update.TokenId!.Value).ShouldBe([254, 255, 256]);
        updates[^1].FinishReason.ShouldBe(FinishReason.Stop);
    }

    [Fact]
    public async Task Bytes_of_one_character_are_shown_together_and_broken_ones_replaced()
    {
        await using var generator = Create(new FakeDecoder());

        // C3 then C4: the first is cut off by the second, and the last stays incomplete at the end.
        var updates = await Collect(generator, [0xC2], Greedy with { MaxTokens = 2 });

        updates.ShouldAllBe(update => !update.Text.Contains('\u00C3'));
        string.Concat(updates.Select(update => update.Text)).ShouldBe(Encoding.UTF8.GetString([0xC3, 0xC4]));
    }

    [Fact]
    public async Task Sixteen_callers_at_once_get_their_solo_answers()
    {
        await using var generator = Create(new FakeDecoder(), new TextGeneratorOptions { MaxActive = 4 });

        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(async i =>
        {
            var updates = await Collect(generator, [65 + i], Greedy with { MaxTokens = 10 });
            return string.Concat(updates.Select(update => update.Text));
        }));

        for (var i = 0; i < 16; i++)
        {
            answers[i].ShouldBe(string.Concat(Enumerable.Range(66 + i, 10).Select(c => (char)c)));
        }
    }

    [Fact]
    public async Task A_full_queue_refuses_with_a_code()
    {
        using var gate = new ManualResetEventSlim();
        await using var generator = Create(new FakeDecoder { OnForward = gate.Wait }, new TextGeneratorOptions { MaxActive = 1, MaxWaiting = 1 });
        var first = Collect(generator, "a", Greedy);
        var second = Collect(generator, "a", Greedy);

        var refused = await Should.ThrowAsync<ModelException>(Collect(generator, "a", Greedy));

        refused.Code.ShouldBe("RUN0303");
        gate.Set();
        (await first).Count.ShouldBeGreaterThan(1);
        (await second).Count.ShouldBeGreaterThan(1);
    }

    [Fact]
    public async Task A_caller_that_leaves_while_it_waits_frees_its_place_at_once()
    {
        using var gate = new ManualResetEventSlim();
        using var leaves = new CancellationTokenSource();
        await using var generator = Create(new FakeDecoder { OnForward = gate.Wait }, new TextGeneratorOptions { MaxActive = 1, MaxWaiting = 1 });
        var first = Collect(generator, "a", Greedy);
        var second = LeaveAsync();
        (await Should.ThrowAsync<ModelException>(Collect(generator, "a", Greedy))).Code.ShouldBe("RUN0303");

        await leaves.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(second);
        var third = Collect(generator, "b", Greedy);

        gate.Set();
        (await first).Count.ShouldBeGreaterThan(1);
        (await third).Count.ShouldBeGreaterThan(1);

        async Task LeaveAsync()
        {
            await foreach (var update in generator.GenerateAsync([1], Greedy, leaves.Token))
            {
            }
        }
    }

    [Fact]
    public async Task What_a_caller_that_left_had_asked_for_is_let_go_while_others_run()
    {
        using var gate = new SemaphoreSlim(0);
        await using var generator = Create(new FakeDecoder { OnForward = gate.Wait }, new TextGeneratorOptions { MaxActive = 1, MaxWaiting = 1 });
        var first = Collect(generator, "a", Greedy);
        var left = await LeaveAsync(generator);

        var isAlive = true;
        for (var turn = 0; turn < 3 && isAlive; turn++)
        {
            // One more turn of the engine, whose only place the first caller still has.
            gate.Release();
            for (var wait = 0; wait < 100 && isAlive; wait++)
            {
                await Task.Delay(10, TestContext.Current.CancellationToken);
                GC.Collect();
                isAlive = left.IsAlive;
            }
        }

        var isFirstRunning = !first.IsCompleted;
        gate.Release(100);
        isAlive.ShouldBeFalse();
        isFirstRunning.ShouldBeTrue();
        (await first).Count.ShouldBe(7);

        static async Task<WeakReference> LeaveAsync(TextGenerator generator)
        {
            using var leaves = new CancellationTokenSource();
            List<int> prompt = [1];
            var waiting = Task.Run(async () =>
            {
                await foreach (var update in generator.GenerateAsync(prompt, Greedy, leaves.Token))
                {
                }
            });
            await Task.Delay(50);
            await leaves.CancelAsync();
            await Should.ThrowAsync<OperationCanceledException>(waiting);
            return new WeakReference(prompt);
        }
    }

    [Fact]
    public async Task Logits_beyond_the_vocabulary_are_never_chosen()
    {
        // After 99 the network prefers 100, which this vocabulary does not have.
        await using var generator = new TextGenerator(new FakeDecoder(), new FakeByteTokenizer { VocabularySize = 100 }, new TextGeneratorOptions(), TimeProvider.System);

        var updates = await Collect(generator, [99], Greedy with { MaxTokens = 1, Logprobs = 2 });

        updates[1].TokenId.ShouldBe(0);
        updates[1].Logprob!.Top.ShouldAllBe(top => top.Id < 100);
    }

    [Fact]
    public async Task No_memory_for_a_sequence_is_its_callers_failure_alone()
    {
        var decoder = new FakeDecoder { HasMemory = false };
        await using var generator = Create(decoder);

        var failed = await Should.ThrowAsync<ModelException>(Collect(generator, "a", Greedy));
        decoder.HasMemory = true;

        failed.Code.ShouldBe("RUN0309");
        (await Collect(generator, "a", Greedy)).Count.ShouldBe(7);
    }

    [Fact]
    public async Task A_caller_that_leaves_frees_its_session()
    {
        var decoder = new FakeDecoder();
        await using var generator = Create(decoder, new TextGeneratorOptions { MaxActive = 1 });
        await foreach (var update in generator.GenerateAsync([97], Greedy with { MaxTokens = 50 }))
        {
            if (update.TokenId is not null)
            {
                break;
            }
        }

        // The next caller needs the only place, so its answer shows that the place was freed.
        (await Collect(generator, "a", Greedy)).Count.ShouldBe(7);
        decoder.LiveSessions.ShouldBe(0);
    }

    [Fact]
    public async Task Cancellation_ends_the_stream_with_the_callers_token()
    {
        using var cancel = new CancellationTokenSource();
        await using var generator = Create(new FakeDecoder(contextLength: 250));
        var seen = 0;

        await Should.ThrowAsync<OperationCanceledException>(async () =>
        {
            await foreach (var update in generator.GenerateAsync([1], Greedy with { MaxTokens = 200, IgnoreEnd = true }, cancel.Token))
            {
                if (++seen == 3)
                {
                    await cancel.CancelAsync();
                }
            }
        });
    }

    [Fact]
    public async Task Prompt_log_probabilities_cover_every_token_but_the_first()
    {
        await using var generator = Create(new FakeDecoder(), new TextGeneratorOptions { PromptChunkTokens = 2 });

        var updates = await Collect(generator, "abcx", Greedy with { PromptLogprobs = true, Logprobs = 1 });

        var prompt = updates[0].PromptLogprobs;
        prompt.Count.ShouldBe(4);
        prompt[0].ShouldBeNull();
        var expected = 8 - Math.Log(Math.Exp(8) + 256);
        prompt[1]!.Logprob.ShouldBe((float)expected, 1e-5f);
        prompt[2]!.Logprob.ShouldBe((float)expected, 1e-5f);
        prompt[3]!.Logprob.ShouldBe((float)(0 - Math.Log(Math.Exp(8) + 256)), 1e-5f);
        prompt[3]!.Top[0].Id.ShouldBe('d');
        updates[1].Logprob!.Top[0].Id.ShouldBe('y');
    }

    [Theory]
    [InlineData(64, "RUN0301")]
    [InlineData(0, "RUN0302")]
    public async Task A_prompt_that_does_not_fit_is_refused(int length, string code)
    {
        await using var generator = Create(new FakeDecoder());

        var refused = await Should.ThrowAsync<ModelException>(Collect(generator, Enumerable.Repeat(1, length).ToArray(), Greedy));

        refused.Code.ShouldBe(code);
    }

    [Fact]
    public async Task Logits_that_are_not_numbers_end_the_request_with_a_code_and_spare_the_others()
    {
        await using var generator = Create(new FakeDecoder { PoisonAt = 3 });

        var failed = await Should.ThrowAsync<ModelException>(Collect(generator, "a", Greedy));

        failed.Code.ShouldBe("RUN0304");
        (await Collect(generator, "abcdef", Greedy)).Count.ShouldBe(7);
    }

    [Fact]
    public async Task Every_fault_of_the_options_is_named_at_once()
    {
        await using var generator = Create(new FakeDecoder());

        var refused = await Should.ThrowAsync<ModelException>(
            Collect(generator, "a", new GenerationOptions { Temperature = 3, TopP = 0, MaxTokens = 0 }));

        refused.Message.ShouldContain("temperature is 3");
        refused.Message.ShouldContain("top_p is 0");
        refused.Message.ShouldContain("max_tokens is 0");
    }

    [Fact]
    public async Task The_engine_allocates_nothing_per_token_once_warm()
    {
        var read = 0;
        var forwards = 0;
        var allocated = new long[600];
        await using var generator = Create(new FakeDecoder(contextLength: 300)
        {
            OnForward = () =>
            {
                // A reader that keeps up: without it the updates wait in memory, which is no cost of the token.
                while (Volatile.Read(ref read) < forwards)
                {
                    Thread.Yield();
                }

                allocated[forwards++] = GC.GetAllocatedBytesForCurrentThread();
            },
        });
        var options = Greedy with { MaxTokens = 100, Stop = ["never said"] };

        // Read outside the test's synchronisation context, whose every hand-over allocates.
        await Task.Run(async () =>
        {
            for (var request = 0; request < 3; request++)
            {
                Volatile.Write(ref read, 0);
                forwards = 0;
                await foreach (var update in generator.GenerateAsync([10], options))
                {
                    // The first forward gives two updates: the prompt's and the first token's.
                    if (update.TokenId is not null)
                    {
                        Volatile.Write(ref read, read + 1);
                    }
                }
            }
        });

        // The first tokens of a request may still grow its buffers.
        forwards.ShouldBe(100);
        (allocated[99] - allocated[9]).ShouldBe(0);
    }

    private static TextGenerator Create(FakeDecoder decoder, TextGeneratorOptions? options = null) =>
        new(decoder, new FakeByteTokenizer(), options ?? new TextGeneratorOptions(), TimeProvider.System);

    private static Task<List<GenerationUpdate>> Collect(TextGenerator generator, string prompt, GenerationOptions options) =>
        Collect(generator, Encoding.UTF8.GetBytes(prompt).Select(value => (int)value).ToArray(), options);

    private static async Task<List<GenerationUpdate>> Collect(TextGenerator generator, int[] prompt, GenerationOptions options)
    {
        var updates = new List<GenerationUpdate>();
        await foreach (var update in generator.GenerateAsync(prompt, options))
        {
            updates.Add(update);
        }

        return updates;
    }
}

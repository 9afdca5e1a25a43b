using System.Runtime.CompilerServices;
using System.Text;
using Gyre.Models;
using Gyre.Models.Generation;

namespace Gyre.Server.Tests.Fakes;

/// <summary>
/// A fake engine over bytes: it answers a prompt with the prompt's last line in upper case, one character a token, then
/// ends. Settings make it slow, full or failing. For tests of the server only.
/// </summary>
internal sealed class FakeGenerator : ITextGenerator
{
    private int _running;

    public const int ContextLength = 4096;

    /// <summary>Wait before every token.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>Wait before the first update.</summary>
    public TimeSpan PromptDelay { get; set; }

    /// <summary>The most requests at once; one more is refused as the real engine does.</summary>
    public int MaxPending { get; set; } = int.MaxValue;

    /// <summary>Fails after this many tokens; null never.</summary>
    public int? FailsAfter { get; set; }

    /// <summary>Answers this instead of the prompt's last line.</summary>
    public string? Answer { get; set; }

    /// <summary>Answers what this makes of the prompt; null for the usual answer.</summary>
    public Func<string, string?>? Script { get; set; }

    /// <summary>Wait before every token of some prompts.</summary>
    public Func<string, TimeSpan>? DelayOf { get; set; }

    /// <summary>Turns some prompts away as if the queue were full.</summary>
    public Func<string, bool>? Refuses { get; set; }

    public int Running => Volatile.Read(ref _running);

    public List<GenerationOptions> Seen { get; } = [];

    /// <summary>The prompts it was given, as text.</summary>
    public List<string> Prompts { get; } = [];

    public async IAsyncEnumerable<GenerationUpdate> GenerateAsync(
        IReadOnlyList<int> prompt,
        GenerationOptions options,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        lock (Seen)
        {
            Seen.Add(options);
            Prompts.Add(Encoding.UTF8.GetString([.. prompt.Where(id => id < 256).Select(id => (byte)id)]));
        }

        if (options.Validate() is { Count: > 0 } faults)
        {
            throw new ModelException("RUN0302", string.Join(' ', faults));
        }

        if (prompt.Count >= ContextLength)
        {
            throw new ModelException("RUN0301", $"Generation refused: the prompt has {prompt.Count} tokens.");
        }

        if (Interlocked.Increment(ref _running) > MaxPending || Refuses?.Invoke(Prompts[^1]) == true)
        {
            Interlocked.Decrement(ref _running);
            throw new ModelException("RUN0303", "Generation refused: the queue is full.");
        }

        try
        {
            if (PromptDelay > TimeSpan.Zero)
            {
                await Task.Delay(PromptDelay, cancellationToken);
            }

            await Task.Yield();
            yield return new GenerationUpdate { PromptLogprobs = PromptLogprobs(prompt, options) };
            await foreach (var update in AnswerAsync(prompt, options, cancellationToken))
            {
                yield return update;
            }
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    private async IAsyncEnumerable<GenerationUpdate> AnswerAsync(
        IReadOnlyList<int> prompt,
        GenerationOptions options,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var text = Encoding.UTF8.GetString([.. prompt.Where(id => id < 256).Select(id => (byte)id)]);
        var answer = Answer ?? Script?.Invoke(text) ?? text.Split('\n')[^1].ToUpperInvariant();
        if (options.Constraint is { } constraint && !constraint.IsSatisfiedBy(Encoding.UTF8.GetBytes(answer)))
        {
            foreach (var update in RandomText.Write(constraint, prompt.Count, options))
            {
                await Task.Yield();
                cancellationToken.ThrowIfCancellationRequested();
                yield return update;
            }

            yield break;
        }

        var delay = DelayOf?.Invoke(text) ?? Delay;
        var found = options.Stop.Select(stop => (Stop: stop, At: answer.IndexOf(stop, StringComparison.Ordinal))).Where(one => one.At >= 0).OrderBy(one => one.At).FirstOrDefault();
        if (found.Stop is not null)
        {
            answer = answer[..found.At];
        }

        var tokens = 0;
        foreach (var rune in answer.EnumerateRunes())
        {
            if (tokens == options.MaxTokens)
            {
                break;
            }

            if (tokens == FailsAfter)
            {
                throw new ModelException("RUN0304", "Generation stopped: the model produced logits that are not finite numbers.");
            }

            if (delay > TimeSpan.Zero)
            {
                await Task.Delay(delay, cancellationToken);
            }

            cancellationToken.ThrowIfCancellationRequested();
            tokens++;
            yield return new GenerationUpdate { Text = rune.ToString(), TokenId = rune.Value % 256, Logprob = Logprob(rune.Value % 256, options) };
        }

        var isCut = tokens == options.MaxTokens;
        if (!isCut && found.Stop is { } stopped)
        {
            // The tokens of the stop text are generated too, and not shown.
            foreach (var rune in stopped.EnumerateRunes())
            {
                tokens++;
                yield return new GenerationUpdate { TokenId = rune.Value % 256, Logprob = Logprob(rune.Value % 256, options) };
            }
        }
        else if (!isCut)
        {
            tokens++;
            yield return new GenerationUpdate { TokenId = FakeByteTokenizer.End, IsEnd = true, Logprob = Logprob(FakeByteTokenizer.End, options) };
        }

        yield return new GenerationUpdate
        {
            FinishReason = isCut ? FinishReason.Length : FinishReason.Stop,
            Usage = new GenerationUsage(prompt.Count, tokens, 0, TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(2), TimeSpan.FromMilliseconds(3)),
        };
    }

    private static TokenLogprob? Logprob(int id, GenerationOptions options) => options.Logprobs is { } top
        ? new TokenLogprob(id, -0.5f, [.. Enumerable.Range(0, top).Select(rank => ((id + rank) % 256, -0.5f - rank))])
        : null;

    private static IReadOnlyList<TokenLogprob?> PromptLogprobs(IReadOnlyList<int> prompt, GenerationOptions options) => options.PromptLogprobs
        ? [.. prompt.Select((id, index) => index == 0 ? null : new TokenLogprob(id, -0.25f * index, [.. Enumerable.Range(0, options.Logprobs ?? 0).Select(rank => ((id + rank) % 256, -0.25f * index - rank))]))]
        : [];
}

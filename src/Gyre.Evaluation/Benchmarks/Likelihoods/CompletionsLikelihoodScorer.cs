using System.Text.Json;
using System.Text.Json.Nodes;
using Gyre.Contracts;
using Gyre.Evaluation.Endpoints;

namespace Gyre.Evaluation.Benchmarks.Likelihoods;

/// <summary>Likelihoods from any server whose <c>/v1/completions</c> repeats a prompt with its log-probabilities (<c>echo</c> and <c>logprobs</c>).</summary>
/// <remarks>
/// A text that the server refuses (400, 413, 422) is a result of its own, with the server's reason; so a text that is too long fails
/// nothing else. Whole texts must fit the server's context.
/// <para>Owns: nothing; the client brings address, keys and time limit. Safe for several threads.</para>
/// <para>Source: OpenAI's API reference of <c>/v1/completions</c>; Gyre's own server and vLLM answer so.</para>
/// </remarks>
public sealed class CompletionsLikelihoodScorer : ILikelihoodScorer
{
    private readonly CompletionsOptions _options;
    private readonly JsonEndpoint _endpoint;

    /// <summary>Asks a server.</summary>
    /// <param name="client">Has the base address and what the server wants as authorisation.</param>
    /// <param name="options">The model and how to ask.</param>
    /// <param name="clock">Times the waits between attempts.</param>
    public CompletionsLikelihoodScorer(HttpClient client, CompletionsOptions options, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(clock);
        options.Require();
        _options = options;
        _endpoint = new JsonEndpoint(client, options.Endpoint, options.Attempts, options.FirstWait, Unusable, clock);
        Digest = OpenAiServer.DigestOf(client, options.Endpoint, options.Model);
    }

    /// <summary>A scorer for a server that answers a trial: with no generated token, or with one where the server refuses none.</summary>
    /// <exception cref="EvaluationException">EVA0067: the server refuses prompt log-probabilities, does not answer, or not as described.</exception>
    public static async Task<CompletionsLikelihoodScorer> OpenAsync(HttpClient client, CompletionsOptions options, TimeProvider clock, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var scorer = new CompletionsLikelihoodScorer(client, options, clock);
        LikelihoodRequest[] trial = [new("The sky is", " blue today.")];
        if ((await scorer.ScoreAsync(trial, cancellationToken))[0].IsScored)
        {
            return scorer;
        }

        var other = new CompletionsLikelihoodScorer(client, options with { GeneratedTokens = 1 }, clock);
        var answer = (await other.ScoreAsync(trial, cancellationToken))[0];
        return answer.IsScored ? other : throw Unusable($"the server refuses a trial: {answer.Reason}", null);
    }

    /// <inheritdoc/>
    public string Model => _options.Model;

    /// <inheritdoc/>
    public string Digest { get; }

    /// <inheritdoc/>
    /// <exception cref="EvaluationException">EVA0067: the server does not answer, or not as described.</exception>
    public Task<IReadOnlyList<Likelihood>> ScoreAsync(IReadOnlyList<LikelihoodRequest> requests, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(requests);
        if (requests.Any(request => request.Continuation.Length == 0))
        {
            throw new ArgumentException("Score likelihoods: a continuation is empty; expected text.", nameof(requests));
        }

        return ScoreAsync([.. requests.Select(request => new Text(request.Context + request.Continuation, request.Context.AsSpan().TrimEnd().Length))], cancellationToken);
    }

    /// <inheritdoc/>
    /// <exception cref="EvaluationException">EVA0067: the server does not answer, or not as described.</exception>
    public Task<IReadOnlyList<Likelihood>> ScoreTextsAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return ScoreAsync([.. texts.Select(text => new Text(text, 0))], cancellationToken);
    }

    private async Task<IReadOnlyList<Likelihood>> ScoreAsync(Text[] texts, CancellationToken cancellationToken)
    {
        var results = new Likelihood[texts.Length];
        foreach (var empty in Enumerable.Range(0, texts.Length).Where(i => texts[i].Whole.Length == 0))
        {
            results[empty] = Likelihood.Of(0, 0, isGreedy: true);
        }

        var settings = new ParallelOptions { MaxDegreeOfParallelism = _options.Parallelism, CancellationToken = cancellationToken };
        var parts = Enumerable.Range(0, texts.Length).Where(i => texts[i].Whole.Length > 0).Chunk(_options.BatchSize);
        await Parallel.ForEachAsync(parts, settings, async (part, token) => await ScorePartAsync(texts, part, results, token));
        return results;
    }

    /// <summary>Asks for several texts; when the server refuses them, for each alone, so that one keeps its fault to itself.</summary>
    private async Task ScorePartAsync(Text[] texts, int[] part, Likelihood[] results, CancellationToken cancellationToken)
    {
        var (answer, refusal) = await AskAsync([.. part.Select(i => texts[i].Whole)], cancellationToken);
        using (answer)
        {
            if (answer is not null)
            {
                ReadAnswer(answer.RootElement, texts, part, results);
                return;
            }
        }

        if (part.Length == 1)
        {
            results[part[0]] = Likelihood.NotScored(refusal);
            return;
        }

        foreach (var single in part)
        {
            await ScorePartAsync(texts, [single], results, cancellationToken);
        }
    }

    private static void ReadAnswer(JsonElement answer, Text[] texts, int[] part, Likelihood[] results)
    {
        if (answer.ValueKind != JsonValueKind.Object || !answer.TryGetProperty("choices", out var choices) || choices.ValueKind != JsonValueKind.Array || choices.GetArrayLength() != part.Length)
        {
            throw Unusable($"the answer has not the {part.Length} choice(s) that were asked for", null);
        }

        var place = 0;
        foreach (var choice in choices.EnumerateArray())
        {
            var index = choice.ValueKind == JsonValueKind.Object && choice.TryGetProperty("index", out var named) && named.ValueKind == JsonValueKind.Number && named.TryGetInt32(out var number) ? number : place;
            if ((uint)index >= (uint)part.Length)
            {
                throw Unusable($"a choice has the index {index} of {part.Length}", null);
            }

            var text = texts[part[index]];
            results[part[index]] = choice.ValueKind != JsonValueKind.Object ? throw Unusable("a choice is no object", null) : EchoedTokens.Read(choice, text.Whole, text.Boundary, out var fault) ?? throw Unusable(fault, null);
            place++;
        }

        if (part.Any(i => results[i] is null))
        {
            throw Unusable("two choices have the same index", null);
        }
    }

    /// <summary>The server's answer, or why it refuses the texts.</summary>
    private Task<(JsonDocument? Answer, string Refusal)> AskAsync(string[] texts, CancellationToken cancellationToken) => _endpoint.AskAsync(
        new JsonObject
        {
            ["model"] = _options.Model,
            ["prompt"] = new JsonArray([.. texts.Select(text => JsonValue.Create(text))]),
            ["max_tokens"] = _options.GeneratedTokens,
            ["temperature"] = 0,
            ["echo"] = true,
            ["logprobs"] = 1,
        },
        cancellationToken);

    private static EvaluationException Unusable(string found, Exception? error) => new(
        "EVA0067", $"Asking a server for log-likelihoods failed: {found}. Expected /v1/completions with 'echo' and 'logprobs', as Gyre and vLLM answer. Check address, model and key; where the server has no prompt log-probabilities, have choices named by letter.", error);

    /// <summary>A text that is asked for, and where what is scored begins.</summary>
    private readonly record struct Text(string Whole, int Boundary);
}

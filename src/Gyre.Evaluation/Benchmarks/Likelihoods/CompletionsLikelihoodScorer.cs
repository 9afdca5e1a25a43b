using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gyre.Contracts;

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
    private const int MostAnswerBytes = 256 << 20;
    private const int MostReason = 300;
    private readonly HttpClient _client;
    private readonly CompletionsOptions _options;
    private readonly TimeProvider _clock;

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
        (_client, _options, _clock) = (client, options, clock);
    }

    /// <inheritdoc/>
    public string Model => _options.Model;

    /// <inheritdoc/>
    public string Digest => $"{new Uri(_client.BaseAddress ?? new Uri("http://localhost/"), _options.Endpoint)}#{_options.Model}";

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
            throw Unusable($"the answer has not the {part.Length} choice(s) that were asked for");
        }

        var place = 0;
        foreach (var choice in choices.EnumerateArray())
        {
            var index = choice.ValueKind == JsonValueKind.Object && choice.TryGetProperty("index", out var named) && named.ValueKind == JsonValueKind.Number && named.TryGetInt32(out var number) ? number : place;
            if ((uint)index >= (uint)part.Length)
            {
                throw Unusable($"a choice has the index {index} of {part.Length}");
            }

            var text = texts[part[index]];
            results[part[index]] = choice.ValueKind != JsonValueKind.Object ? throw Unusable("a choice is no object") : EchoedTokens.Read(choice, text.Whole, text.Boundary, out var fault) ?? throw Unusable(fault);
            place++;
        }

        if (part.Any(i => results[i] is null))
        {
            throw Unusable("two choices have the same index");
        }
    }

    /// <summary>The server's answer, or why it refuses the texts.</summary>
    private async Task<(JsonDocument? Answer, string Refusal)> AskAsync(string[] texts, CancellationToken cancellationToken)
    {
        var body = new JsonObject
        {
            ["model"] = _options.Model,
            ["prompt"] = new JsonArray([.. texts.Select(text => JsonValue.Create(text))]),
            ["max_tokens"] = _options.GeneratedTokens,
            ["temperature"] = 0,
            ["echo"] = true,
            ["logprobs"] = 1,
        }.ToJsonString();
        for (var attempt = 1; ; attempt++)
        {
            var isLast = attempt == _options.Attempts;
            try
            {
                using var content = new StringContent(body, new MediaTypeHeaderValue("application/json"));
                using var response = await _client.PostAsync(_options.Endpoint, content, cancellationToken);
                if (response.IsSuccessStatusCode)
                {
                    return (await ReadAsync(response, cancellationToken), "");
                }

                if (response.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.UnprocessableEntity)
                {
                    return (null, await ReasonAsync(response, cancellationToken));
                }

                if (isLast || !IsPassing(response.StatusCode))
                {
                    throw Unusable($"the server answered {(int)response.StatusCode}: {await ReasonAsync(response, cancellationToken)}");
                }

                await Task.Delay(response.Headers.RetryAfter?.Delta ?? WaitAfter(attempt), _clock, cancellationToken);
            }
            catch (Exception error) when (error is HttpRequestException || (error is TaskCanceledException && !cancellationToken.IsCancellationRequested))
            {
                if (isLast)
                {
                    throw Unusable($"{error.Message}", error);
                }

                await Task.Delay(WaitAfter(attempt), _clock, cancellationToken);
            }
        }
    }

    private TimeSpan WaitAfter(int attempt) => _options.FirstWait * (1 << (attempt - 1));

    private static bool IsPassing(HttpStatusCode code) => (int)code is 429 or 500 or 502 or 503 or 504;

    private static async Task<JsonDocument> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            await response.Content.LoadIntoBufferAsync(MostAnswerBytes, cancellationToken);
            await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            return await JsonDocument.ParseAsync(stream, new JsonDocumentOptions { MaxDepth = 32 }, cancellationToken);
        }
        catch (JsonException error)
        {
            throw Unusable($"the answer is not JSON (at byte {error.BytePositionInLine})", error);
        }
    }

    private static async Task<string> ReasonAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        try
        {
            text = JsonNode.Parse(text)?["error"]?["message"]?.GetValue<string>() ?? text;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException)
        {
            // Some servers answer in plain words; then those are the reason.
        }

        text = text.ReplaceLineEndings(" ").Trim();
        return text.Length == 0 ? $"the server answered {(int)response.StatusCode} without a reason" : text[..Math.Min(text.Length, MostReason)];
    }

    private static EvaluationException Unusable(string found, Exception? error = null) => new(
        "EVA0067", $"Asking a server for log-likelihoods failed: {found}. Expected /v1/completions with 'echo' and 'logprobs', as Gyre and vLLM answer. Check address, model and key, or try one generated token.", error);

    /// <summary>A text that is asked for, and where what is scored begins.</summary>
    private readonly record struct Text(string Whole, int Boundary);
}

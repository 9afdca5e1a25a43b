using System.Net;
using System.Text.Json.Nodes;
using Gyre.Contracts;
using Gyre.Evaluation.Benchmarks.Likelihoods;

namespace Gyre.Evaluation.Tests.Benchmarks.Likelihoods;

/// <summary>A server whose tokens are a begin mark and the text's words with their spaces; a word's log-probability is minus its length.</summary>
public sealed class CompletionsLikelihoodScorerTests
{
    [Fact]
    public async Task Tokens_behind_the_context_are_added_up()
    {
        var results = await Scorer(Answer).ScoreAsync([new("the cat", " sat down"), new("a ", "b"), new("café 😀", " ok yes")]);

        results.Select(result => (result.LogLikelihood, result.Tokens)).ShouldBe([(-9, 2), (-2, 1), (-7, 2)]);
    }

    [Fact]
    public async Task A_token_across_the_boundary_counts() =>
        (await Scorer(Answer).ScoreAsync([new("the ca", "t sat")]))[0].ShouldSatisfyAllConditions(result => result.LogLikelihood.ShouldBe(-8), result => result.Tokens.ShouldBe(2));

    [Fact]
    public async Task A_better_alternative_makes_it_not_greedy()
    {
        var results = await Scorer(Answer).ScoreAsync([new("x", " zebra"), new("x", " sat")]);

        results.Select(result => result.IsGreedy).ShouldBe([false, true]);
    }

    [Fact]
    public async Task What_is_generated_behind_the_text_is_not_counted() =>
        (await Scorer(body => Answer(body, generated: " extra"), generated: 1).ScoreAsync([new("the cat", " sat")]))[0].LogLikelihood.ShouldBe(-4);

    [Fact]
    public async Task Whole_texts_are_their_tokens_and_the_empty_one_is_not_asked_for()
    {
        var results = await Scorer(Answer).ScoreTextsAsync(["the cat", ""]);

        results.Select(result => (result.LogLikelihood, result.Tokens)).ShouldBe([(-7, 2), (0, 0)]);
    }

    [Fact]
    public async Task A_refused_text_keeps_its_fault_to_itself()
    {
        var results = await Scorer(body => body["prompt"]!.AsArray().Any(text => text!.GetValue<string>().Contains("long"))
            ? Refusal("too many tokens") : Answer(body)).ScoreAsync([new("a", " b"), new("a", " long"), new("a", " c")]);

        results.Select(result => result.IsScored).ShouldBe([true, false, true]);
        results[1].Reason.ShouldBe("too many tokens");
    }

    [Fact]
    public async Task Without_a_begin_token_a_text_without_context_has_no_likelihood()
    {
        var result = (await Scorer(body => Answer(body, hasBegin: false)).ScoreAsync([new("", "the cat"), new("the", " cat")]));

        result[0].Reason.ShouldContain("first token");
        result[1].LogLikelihood.ShouldBe(-4);
    }

    [Fact]
    public async Task A_busy_server_is_asked_again()
    {
        var calls = 0;

        var results = await Scorer(body => ++calls < 3 ? new HttpResponseMessage(HttpStatusCode.ServiceUnavailable) : Answer(body)).ScoreAsync([new("a", " b")]);

        (calls, results[0].LogLikelihood).ShouldBe((3, -2));
    }

    /// <summary>Guards against: a client's time limit looked like a cancellation by the caller.</summary>
    [Fact]
    public async Task A_server_that_takes_too_long_is_an_error_and_no_cancellation() =>
        (await Should.ThrowAsync<EvaluationException>(Scorer(_ => throw new TaskCanceledException("timed out")).ScoreAsync([new("a", " b")]))).Code.ShouldBe("EVA0067");

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("not json")]
    [InlineData("""{"choices":[]}""")]
    [InlineData("""{"choices":[{"text":"a b"}]}""")]
    [InlineData("""{"choices":[{"logprobs":null}]}""")]
    [InlineData("""{"choices":[{"index":7,"logprobs":{"tokens":["a"],"token_logprobs":[null],"text_offset":[0]}}]}""")]
    [InlineData("""{"choices":[{"logprobs":{"tokens":["a"],"token_logprobs":[],"text_offset":[0]}}]}""")]
    [InlineData("""{"choices":[{"logprobs":{"tokens":["a"],"token_logprobs":[-1],"text_offset":["x"]}}]}""")]
    public async Task An_answer_of_another_form_is_an_error(string body)
    {
        var error = await Should.ThrowAsync<EvaluationException>(Scorer(_ => new HttpResponseMessage { Content = new StringContent(body) }).ScoreAsync([new("a", " b")]));

        error.Code.ShouldBe("EVA0067");
    }

    [Fact]
    public async Task A_server_that_stays_away_is_an_error()
    {
        var error = await Should.ThrowAsync<EvaluationException>(Scorer(_ => throw new HttpRequestException("refused")).ScoreAsync([new("a", " b")]));

        error.Message.ShouldContain("refused");
        (await Should.ThrowAsync<EvaluationException>(Scorer(_ => new HttpResponseMessage(HttpStatusCode.Unauthorized)).ScoreAsync([new("a", " b")]))).Message.ShouldContain("401");
    }

    private static CompletionsLikelihoodScorer Scorer(Func<JsonObject, HttpResponseMessage> answer, int generated = 0) => new(
        new HttpClient(new Handler(answer)) { BaseAddress = new Uri("http://localhost/") },
        new CompletionsOptions { Model = "m", GeneratedTokens = generated, FirstWait = TimeSpan.FromMilliseconds(1) },
        TimeProvider.System);

    private static HttpResponseMessage Refusal(string reason) =>
        new(HttpStatusCode.BadRequest) { Content = new StringContent(new JsonObject { ["error"] = new JsonObject { ["message"] = reason } }.ToJsonString()) };

    private static HttpResponseMessage Answer(JsonObject body) => Answer(body, "");

    private static HttpResponseMessage Answer(JsonObject body, string generated = "", bool hasBegin = true)
    {
        (body["echo"]!.GetValue<bool>(), body["logprobs"]!.GetValue<int>()).ShouldBe((true, 1));
        body["max_tokens"]!.GetValue<int>().ShouldBe(generated.Length > 0 ? 1 : 0);
        var choices = new JsonArray();
        foreach (var (prompt, index) in body["prompt"]!.AsArray().Select((prompt, index) => (prompt!.GetValue<string>() + generated, index)))
        {
            var (tokens, values, tops, offsets) = (new JsonArray(), new JsonArray(), new JsonArray(), new JsonArray());
            if (hasBegin)
            {
                Add("<s>", null, 0);
            }

            var offset = 0;
            foreach (var word in Words(prompt))
            {
                Add(word, offset == 0 && !hasBegin ? null : -word.EnumerateRunes().Count(), offset);
                offset += word.EnumerateRunes().Count();
            }

            choices.Add(new JsonObject { ["index"] = index, ["text"] = prompt, ["logprobs"] = new JsonObject { ["tokens"] = tokens, ["token_logprobs"] = values, ["top_logprobs"] = tops, ["text_offset"] = offsets } });

            void Add(string token, int? value, int place)
            {
                tokens.Add(token);
                values.Add(value is { } number ? JsonValue.Create((double)number) : null);
                tops.Add(value is null ? null : new JsonObject { [token] = (double)value, ["better"] = token == " zebra" ? -0.5 : -100.0 });
                offsets.Add(place);
            }
        }

        return new HttpResponseMessage { Content = new StringContent(new JsonObject { ["choices"] = choices }.ToJsonString()) };
    }

    private static IEnumerable<string> Words(string text)
    {
        var start = 0;
        for (var i = 1; i < text.Length; i++)
        {
            if (text[i] == ' ')
            {
                yield return text[start..i];
                start = i;
            }
        }

        yield return text[start..];
    }

    private sealed class Handler(Func<JsonObject, HttpResponseMessage> answer) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            answer(JsonNode.Parse(await request.Content!.ReadAsStringAsync(cancellationToken))!.AsObject());
    }
}

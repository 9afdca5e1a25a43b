using Gyre.Contracts;
using Gyre.Evaluation.Benchmarks.Likelihoods;
using Gyre.Evaluation.Replies;

namespace Gyre.Evaluation.Tests.Benchmarks.Likelihoods;

public sealed class KeptLikelihoodScorerTests
{
    [Fact]
    public async Task What_is_kept_is_not_computed_again_and_equals_it_bit_for_bit()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "kept.jsonl");
        LikelihoodRequest[] requests = [new("a", " b"), new("a", " c"), new("ab", " ")];
        var inner = new ScriptedScorer(request => Likelihood.Of(-Math.PI * request.Context.Length / 7, 3, request.Continuation == " c"));
        IReadOnlyList<Likelihood> first;
        using (var replies = ReplyCache.Open(path))
        {
            first = await new KeptLikelihoodScorer(inner, replies).ScoreAsync(requests);
        }

        using var again = ReplyCache.Open(path);
        var kept = new KeptLikelihoodScorer(inner, again);
        var second = await kept.ScoreAsync([.. requests, new("new", " x")]);

        inner.Requests.Count.ShouldBe(4);
        second.Take(3).ShouldBe(first);
        kept.Found.ShouldBe(3);
    }

    [Fact]
    public async Task Another_model_or_another_border_between_context_and_answer_is_another_content()
    {
        using var folder = new TemporaryFolder();
        using var replies = ReplyCache.Open(Path.Combine(folder.Path, "kept.jsonl"));
        var inner = new ScriptedScorer(_ => Likelihood.Of(-1, 1, false));

        await new KeptLikelihoodScorer(inner, replies, "one").ScoreAsync([new("ab", "c")]);
        await new KeptLikelihoodScorer(inner, replies, "one").ScoreAsync([new("a", "bc")]);
        await new KeptLikelihoodScorer(inner, replies, "two").ScoreAsync([new("ab", "c")]);
        await new KeptLikelihoodScorer(inner, replies, "two").ScoreTextsAsync(["abc"]);

        inner.Requests.Count.ShouldBe(4);
    }

    [Fact]
    public async Task A_text_without_a_likelihood_is_asked_for_again()
    {
        using var folder = new TemporaryFolder();
        using var replies = ReplyCache.Open(Path.Combine(folder.Path, "kept.jsonl"));
        var inner = new ScriptedScorer(_ => Likelihood.TooLong(900, 512));
        var kept = new KeptLikelihoodScorer(inner, replies);

        await kept.ScoreAsync([new("a", "b")]);
        (await kept.ScoreAsync([new("a", "b")]))[0].IsTooLong.ShouldBeTrue();

        inner.Requests.Count.ShouldBe(2);
    }
}

using Gyre.Contracts;
using Gyre.Models.Catalog;
using Gyre.Models.Measurement;
using Gyre.Models.Tests.Architectures;
using Gyre.Tensors.Threading;
using Gyre.TestSupport;

namespace Gyre.Models.Tests.Measurement;

/// <summary>On trained weights; the reference for single numbers is <see cref="Logprobs"/> over all logits of one pass.</summary>
public sealed class LikelihoodScorerTests : IAsyncLifetime
{
    private readonly ThreadTeam _team = new(2);
    private LanguageModel? _model;

    private LanguageModel Model => _model!;

    private LikelihoodScorer Scorer => new(Model);

    public async ValueTask InitializeAsync() =>
        _model = await new ModelLoader(_team, TimeProvider.System).LoadAsync(ModelFolder.Open(TestData.Require("models/stories260K/derived-hf")), "stories");

    public async ValueTask DisposeAsync()
    {
        if (_model is not null)
        {
            await _model.DisposeAsync();
        }

        _team.Dispose();
    }

    [Theory]
    [InlineData("Once upon a time", ", there was a little girl named Lily.")]
    [InlineData("Once upon a time ", "there was")]
    [InlineData("", "Once")]
    [InlineData("   ", "Once upon")]
    [InlineData("Lily and Tom saw a big d", "og in the park")]
    public async Task A_continuation_scores_as_its_tokens_in_one_pass(string context, string continuation)
    {
        var result = (await Scorer.ScoreAsync([new LikelihoodRequest(context, continuation)]))[0];

        int[] ids = [.. Model.TokenizePrompt(context + continuation)];
        var logprobs = Following(ids);
        result.LogLikelihood.ShouldBe(logprobs[^result.Tokens..].Sum(value => (double)value), 1e-4);
        result.Tokens.ShouldBe(ids.Length - Math.Max(1, Alike(ids, [.. Model.TokenizePrompt(context.TrimEnd())])));
    }

    [Fact]
    public async Task The_greedy_continuation_is_told_from_others()
    {
        var results = await Scorer.ScoreAsync([new("Once upon a time", ", there was a little girl named Lily"), new("Once upon a time", ", there was a purple girl")]);

        results.Select(result => result.IsGreedy).ShouldBe([true, false]);
    }

    [Fact]
    public async Task Results_have_the_same_bits_alone_together_and_a_second_time()
    {
        var requests = Enumerable.Range(0, 40).Select(i => new LikelihoodRequest(
            i % 3 == 0 ? "Once upon a time" : $"Tim had {i} toys. He liked", string.Concat(Enumerable.Repeat(" to play with the red ball", 1 + (i % 7))))).ToList();

        var together = await Scorer.ScoreAsync(requests);
        var again = await Scorer.ScoreAsync(requests);
        var alone = new List<Likelihood>();
        foreach (var request in requests.AsEnumerable().Reverse())
        {
            alone.Add((await Scorer.ScoreAsync([request]))[0]);
        }

        again.ShouldBe(together);
        alone.AsEnumerable().Reverse().ShouldBe(together);
    }

    [Fact]
    public async Task A_text_that_does_not_fit_is_a_result_and_fails_nothing_else()
    {
        var results = await Scorer.ScoreAsync([new("Once", string.Concat(Enumerable.Repeat(" upon a time", 400))), new("Once", " upon")]);

        results[0].IsScored.ShouldBeFalse();
        results[0].IsTooLong.ShouldBeTrue();
        results[0].Reason.ShouldContain("at most 512");
        Should.Throw<InvalidOperationException>(() => results[0].LogLikelihood);
        results[1].IsScored.ShouldBeTrue();
    }

    [Fact]
    public async Task A_whole_text_is_the_sum_of_its_predictions()
    {
        const string Text = "Once upon a time, there was a dog. The dog liked to run.";

        var result = (await Scorer.ScoreTextsAsync([Text, ""]));

        int[] ids = [.. Model.TokenizePrompt(Text)];
        result[0].LogLikelihood.ShouldBe(Following(ids).Sum(value => (double)value), 1e-4);
        result[0].Tokens.ShouldBe(ids.Length - 1);
        result[1].ShouldBe(Likelihood.Of(0, 0, isGreedy: true));
    }

    /// <summary>The windows are written out here: the first reads 512 tokens, the second as much as fits before its own predictions.</summary>
    [Fact]
    public async Task A_longer_text_is_scored_in_windows()
    {
        var text = string.Concat(Enumerable.Repeat("Tom and Lily went to the park to play with a ball. ", 40));
        int[] ids = [.. Model.TokenizePrompt(text)];
        ids.Length.ShouldBeInRange(514, 1025);

        var result = (await Scorer.ScoreTextsAsync([text]))[0];

        var first = Following(ids[..513]).Sum(value => (double)value);
        var rest = ids.Length - 513;
        var second = Following(ids[^513..])[^rest..].Sum(value => (double)value);
        result.LogLikelihood.ShouldBe(first + second, 1e-3);
        result.Tokens.ShouldBe(ids.Length - 1);
    }

    [Fact]
    public void An_empty_continuation_is_refused() =>
        Should.Throw<ArgumentException>(() => Scorer.ScoreAsync([new("a", "")]));

    private float[] Following(int[] ids)
    {
        using var session = Model.Decoder.CreateSession(ids.Length - 1);
        var read = ids[..^1];
        var logits = new float[read.Length * Model.Decoder.VocabularySize];
        session.ForwardAll(read, logits);
        return Logprobs.OfFollowing(logits, ids, Model.Decoder.VocabularySize);
    }

    private static int Alike(int[] left, int[] right) => left.AsSpan().CommonPrefixLength(right);
}

using Gyre.Training.Corpus;

namespace Gyre.Training.Tests.Corpus;

public class BrandPreferencesTests
{
    [Fact]
    public void A_chosen_text_keeps_every_rule_and_a_rejected_one_breaks_the_named_one()
    {
        var pairs = new BrandPreferences(3);
        foreach (var pair in pairs.Training(300).Concat(pairs.HeldOut(200)))
        {
            BrandVoice.Broken(pair.Row, pair.Chosen).ShouldBeEmpty(pair.Chosen);
            BrandVoice.Broken(pair.Row, pair.Rejected).ShouldBe([pair.Broken], pair.Rejected);
        }

        BrandVoice.Rules.ShouldBeSubsetOf(pairs.HeldOut(20).Select(pair => pair.Broken));
    }

    [Fact]
    public void Held_out_products_occur_in_no_training_pair()
    {
        var trained = new BrandPreferences(1).Training(2000).Select(pair => pair.Row.Subject).ToHashSet(StringComparer.Ordinal);
        foreach (var pair in new BrandPreferences(99).HeldOut(300))
        {
            trained.ShouldNotContain(pair.Row.Subject);
        }
    }

    [Fact]
    public void Equal_seeds_give_equal_pairs_and_fewer_are_the_beginning_of_more()
    {
        new BrandPreferences(5).Training(20).Select(pair => pair.Chosen).ShouldBe(new BrandPreferences(5).Training(50).Take(20).Select(pair => pair.Chosen));
        new BrandPreferences(6).Training(20).Select(pair => pair.Chosen).ShouldNotBe(new BrandPreferences(5).Training(20).Select(pair => pair.Chosen));
    }

    [Fact]
    public async Task The_scorer_gives_the_share_of_rules_kept()
    {
        var pair = new BrandPreferences(7).HeldOut(1)[0];
        var scorer = new BrandVoiceScorer();
        (await scorer.ScoreAsync(pair.Row, pair.Chosen, TestContext.Current.CancellationToken)).Value.ShouldBe(1.0);
        var score = await scorer.ScoreAsync(pair.Row, pair.Rejected, TestContext.Current.CancellationToken);
        score.Value.ShouldBe(0.8);
        score.Reason.ShouldBe(pair.Broken);
    }
}

using Gyre.Evaluation.Scorers;
using Gyre.Training.Corpus;

namespace Gyre.Training.Tests.Corpus;

public class BrandGuideTests
{
    [Fact]
    public async Task References_keep_every_rule_and_rejected_ones_break_the_named_one()
    {
        var guide = new BrandGuide(4);
        var broken = new HashSet<string>(StringComparer.Ordinal);
        for (var index = 0; index < 300; index++)
        {
            var (row, rejected, rule) = guide.Pair(index % 2 == 0 ? Split.Train : Split.HeldOut, index);

            (await Score(new RulesScorer(), row.Reference)).ShouldBe(1);
            (await Score(new AllAttributesScorer(), row.Reference)).ShouldBe(1);
            rejected.ShouldNotBe(row.Reference);
            (await Score(rule == "attributes" ? new AllAttributesScorer() : new RulesScorer(), rejected)).ShouldBe(0, $"{rule}: {rejected}");
            broken.Add(rule);

            async Task<double?> Score(Evaluation.IScorer scorer, string text) => (await scorer.ScoreAsync(row, text, default)).Value;
        }

        broken.ShouldBe(["attributes", "closing", "exclamation", "opening", "question"], ignoreOrder: true);
    }

    [Fact]
    public void Held_out_requests_share_no_product_and_no_wording_with_training()
    {
        var guide = new BrandGuide(4);
        var train = Enumerable.Range(0, 1000).Select(index => guide.Row(Split.Train, index)).ToArray();
        var held = Enumerable.Range(0, 200).Select(index => guide.Row(Split.HeldOut, index)).ToArray();

        train.Select(row => row.Subject).Intersect(held.Select(row => row.Subject)).ShouldBeEmpty();
        train.Select(row => row.Family).Intersect(held.Select(row => row.Family)).ShouldBeEmpty();
    }

    [Fact]
    public void Equal_seeds_give_equal_rows()
    {
        var (first, second) = (new BrandGuide(4).Row(Split.Train, 17), new BrandGuide(4).Row(Split.Train, 17));
        (first.Prompt, first.Reference).ShouldBe((second.Prompt, second.Reference));
        new BrandGuide(5).Row(Split.Train, 17).Prompt.ShouldNotBe(first.Prompt);
    }
}

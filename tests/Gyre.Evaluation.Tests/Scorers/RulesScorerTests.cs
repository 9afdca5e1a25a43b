using Gyre.Contracts;
using Gyre.Evaluation.Scorers;

namespace Gyre.Evaluation.Tests.Scorers;

public class RulesScorerTests
{
    [Theory]
    [InlineData("Hello world. Bye", 1, 1, "")]
    [InlineData("  Hello world. Bye\n", 1, 1, "")]
    [InlineData("Hello world! Bye", 0, 0.8, "lacks.shout")]
    [InlineData("hello world. Bye", 0, 0.8, "begins")]
    [InlineData("Hello there. Good Bye to all of you. Bye", 0, 0.6, "contains.place, most_words")]
    public async Task Kept_rules_count(string output, double all, double share, string broken)
    {
        var row = Row(("begins", "Hello"), ("ends", "Bye"), ("contains.place", "world"), ("lacks.shout", "!"), ("most_words", "5"));

        var score = await new RulesScorer().ScoreAsync(row, output, default);

        score.Value.ShouldBe(all);
        (await new RulesScorer(isShare: true).ScoreAsync(row, output, default)).Value!.Value.ShouldBe(share, 1e-12);
        score.Reason.ShouldBe(broken.Length == 0 ? "" : "broken: " + broken);
    }

    [Fact]
    public async Task Rows_without_rules_and_unknown_rules_are_undefined()
    {
        (await new RulesScorer().ScoreAsync(Row(), "x", default)).Reason.ShouldContain("no 'rule.*' facts");
        (await new RulesScorer().ScoreAsync(Row(("rhymes", "x")), "x", default)).Reason.ShouldContain("'rule.rhymes: x' is unknown");
        (await new RulesScorer().ScoreAsync(Row(("most_words", "few")), "x", default)).Value.ShouldBeNull();
    }

    private static DatasetRow Row(params (string Key, string Value)[] rules) => new(
        "1", "t", "p", "", rules.ToDictionary(rule => FactKeys.RulePrefix + rule.Key, rule => rule.Value, StringComparer.Ordinal), "", "");
}

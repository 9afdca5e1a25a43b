using Gyre.Contracts;
using Gyre.Evaluation.Scorers;

namespace Gyre.Evaluation.Tests.Scorers;

public class ScorerTests
{
    private static readonly Dictionary<string, string> Attributes = new()
    {
        ["attribute.name"] = "Lunera Coat", ["attribute.colour"] = "pale red", ["attribute.price"] = "9.90 euros", ["tone"] = "friendly",
    };

    [Theory]
    [InlineData("Meet the LUNERA  coat. It comes in pale\nred for 9.90 euros!", 1.0, "")]
    [InlineData("Meet the Lunera Coat. It comes in pale reddish for 9.90 euros.", 2.0 / 3, "missing: colour")]
    [InlineData("Meet the Lunera Coat in pale red for 39.90 euros.", 2.0 / 3, "missing: price")]
    [InlineData("", 0.0, "missing: name, colour, price")]
    public void Attribute_coverage_counts_whole_phrases(string output, double expected, string reason)
    {
        var score = Score(new AttributeCoverageScorer(), Row("", Attributes), output);

        score.Value.ShouldBe(expected);
        score.Reason.ShouldBe(reason);
        Score(new AllAttributesScorer(), Row("", Attributes), output).Value.ShouldBe(expected == 1 ? 1 : 0);
    }

    [Fact]
    public void A_row_without_attributes_has_no_coverage_rather_than_a_bad_one()
    {
        Score(new AttributeCoverageScorer(), Row("", []), "text").Value.ShouldBeNull();
        Score(new AllAttributesScorer(), Row("", []), "text").Reason.ShouldContain("attribute.*");
        Score(new SentenceFactsScorer(), Row("", []), "text").Value.ShouldBeNull();
    }

    [Theory]
    [InlineData("pale blue", "Pale blue.", 1)]
    [InlineData("the pale blue", "pale  blue", 1)]
    [InlineData("49.90 euros", "49.90 euros", 1)]
    [InlineData("49.90 euros", "It costs 49.90 euros.", 0)]
    [InlineData("Anna", "na", 0)]
    [InlineData("pale blue", "", 0)]
    public void Exact_match_forgives_case_articles_and_punctuation_only(string reference, string output, double expected) =>
        Score(new ExactMatchScorer(), Row(reference, []), output).Value.ShouldBe(expected);

    [Theory]
    [InlineData("The  Cat, sat!", "cat sat")]
    [InlineData("An a-b $5 (the end)", "ab 5 end")]
    [InlineData("theatre and a", "theatre and")]
    public void Answers_are_normalised_as_squad_does(string text, string expected) => TextComparison.NormalizeAnswer(text).ShouldBe(expected);

    [Theory]
    [InlineData("I am sorry, the information I have does not say that.", 1)]
    [InlineData("I’m sorry, I can’t find that in the text about the Lunera Coat.", 1)]
    [InlineData("I am sorry, the text does not say that, but it is pale red.", 0)]
    [InlineData("I am sorry, the text does not say that. It weighs 300 grams.", 0)]
    [InlineData("I am sorry, the text does not say that, but it is made of cotton.", 0)]
    [InlineData("I am sorry, the text does not say that; try cotton.", 0)]
    [InlineData("It does not contain wool.", 0)]
    [InlineData("I'm sorry, the text does not contain that information.", 1)]
    [InlineData("pale red", 0)]
    [InlineData("I am sorry.", 0)]
    [InlineData("", 0)]
    public void A_decline_declines_and_offers_nothing(string output, double expected)
    {
        var facts = new Dictionary<string, string> { ["context.name"] = "Lunera Coat", ["context.colour"] = "pale red", ["context.size"] = "M" };

        Score(new DeclineScorer(), Row("", facts, "product:Lunera Coat"), output).Value.ShouldBe(expected);
    }

    [Fact]
    public void A_decline_that_rambles_is_none()
    {
        var output = "The text does not say that, " + string.Join(' ', Enumerable.Repeat("well", 30));

        Score(new DeclineScorer(), Row("", []), output).Reason.ShouldContain("30 words");
    }

    [Theory]
    [InlineData("I am sorry, I cannot help with that. I am happy to help with our clothes and orders.", 1)]
    [InlineData("First, take the money.", 0)]
    public void A_refusal_refuses(string output, double expected) => Score(new RefusalScorer(), Row("", []), output).Value.ShouldBe(expected);

    [Theory]
    [InlineData("""{"a":"x","b":"y"}""", 1, "")]
    [InlineData(""" { "b" : "y", "a" : "x" } """, 1, "")]
    [InlineData("""{"a":"x","b":"Y"}""", 0, "differs at $.b")]
    [InlineData("""{"a":"x"}""", 0, "differs at $.b")]
    [InlineData("""{"a":"x","b":"y","c":"z"}""", 0, "differs at $")]
    [InlineData("""{"a":"x","a":"x","b":"y"}""", 0, "not valid JSON")]
    [InlineData("""{"a":"x","b":"y"} done""", 0, "not valid JSON")]
    [InlineData("""["a"]""", 0, "differs at $")]
    [InlineData("", 0, "not valid JSON")]
    [InlineData("""{"a":"x","b":"y\ud800"}""", 0, "not valid JSON")]
    public void Json_is_equal_by_keys_and_values(string output, double expected, string reason)
    {
        var score = Score(new JsonEqualScorer(), Row("""{"a":"x","b":"y"}""", []), output);

        score.Value.ShouldBe(expected);
        score.Reason.ShouldBe(reason);
    }

    [Fact]
    public void Json_numbers_are_equal_by_value_and_arrays_by_place()
    {
        Score(new JsonEqualScorer(), Row("""{"n":1.50,"l":[1,{"x":null}]}""", []), """{"l":[1.0,{"x":null}],"n":1.5}""").Value.ShouldBe(1);
        Score(new JsonEqualScorer(), Row("""{"l":[1,2]}""", []), """{"l":[2,1]}""").Reason.ShouldBe("differs at $.l[0]");
    }

    [Fact]
    public void A_reference_that_is_no_json_gives_no_score() => Score(new JsonEqualScorer(), Row("x", []), "{}").Value.ShouldBeNull();

    [Fact]
    public void Deeply_nested_output_is_invalid_and_harmless() =>
        Score(new JsonEqualScorer(), Row("{}", []), new string('[', 100_000)).Reason.ShouldBe("not valid JSON");

    [Theory]
    [InlineData("positive", "Positive.", 1)]
    [InlineData("positive", "positive or negative", 0)]
    [InlineData("positive", "negative", 0)]
    public void A_label_is_the_whole_output(string reference, string output, double expected) =>
        Score(new LabelMatchScorer(), Row(reference, []), output).Value.ShouldBe(expected);

    [Theory]
    [InlineData("The Lunera Coat comes in pale red and costs 9.90 euros.", 1, "")]
    [InlineData("The Lunera Coat comes in pale red. It costs 9.90 euros.", 0, "not one sentence")]
    [InlineData("The Lunera Coat comes in pale red for 9.90 euros", 0, "not one sentence")]
    [InlineData("The Lunera Coat costs 9.90 euros.", 0, "missing: colour")]
    public void A_summary_is_one_sentence_with_the_facts(string output, double expected, string reason)
    {
        var score = Score(new SentenceFactsScorer(), Row("", Attributes), output);

        score.Value.ShouldBe(expected);
        score.Reason.ShouldBe(reason);
    }

    [Fact]
    public void The_catalogue_finds_every_scorer_by_its_name()
    {
        ScorerCatalogue.Names.ShouldBeUnique();
        ScorerCatalogue.Names.ShouldAllBe(name => ScorerCatalogue.Find(name)!.Name == name);
        ScorerCatalogue.Find("vibes").ShouldBeNull();
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    public void A_score_is_never_outside_0_to_1(double value) => Should.Throw<ArgumentOutOfRangeException>(() => Gyre.Evaluation.Score.Of(value));

    internal static DatasetRow Row(string reference, Dictionary<string, string> facts, string subject = "s") => new("1", "t", "prompt", reference, facts, "f", subject);

    private static Score Score(IScorer scorer, DatasetRow row, string output) => scorer.ScoreAsync(row, output, CancellationToken.None).Result;
}

using Gyre.Contracts;
using Gyre.Evaluation.Experiments;
using Shouldly;
using Xunit;

namespace Gyre.Evaluation.Tests.Experiments;

public sealed class PromptTemplateTests
{
    private static readonly DatasetRow Row = new("7", "answer", "Is it {red}?", "yes", new Dictionary<string, string> { ["level"] = "{prompt}" }, "f", "coat");

    [Theory]
    [InlineData("{prompt}", "Is it {red}?")]
    [InlineData("{{{task}}} about {subject}: {prompt}", "{answer} about coat: Is it {red}?")]
    [InlineData("level {fact.level}!", "level {prompt}!")]
    [InlineData("", "")]
    public void Values_are_put_in_as_they_are(string template, string expected) => PromptTemplate.Parse(template).Render(Row).ShouldBe(expected);

    [Theory]
    [InlineData("{promt}", "'{promt}' is unknown")]
    [InlineData("a {prompt", "the '{' at character 3 has no '}'")]
    [InlineData("a } b", "the '}' at character 3 has no '{'")]
    [InlineData("{fact.}", "'{fact.}' is unknown")]
    public void A_template_that_cannot_be_says_why(string template, string message) =>
        Should.Throw<FormatException>(() => PromptTemplate.Parse(template)).Message.ShouldContain(message);

    [Fact]
    public void A_fact_that_a_row_lacks_is_named_with_those_it_has()
    {
        var error = Should.Throw<EvaluationException>(() => PromptTemplate.Parse("{fact.colour}").Render(Row));
        error.Code.ShouldBe("EVA0015");
        error.Message.ShouldContain("the row '7' has no fact 'colour'");
        error.Message.ShouldContain("found level");
    }
}

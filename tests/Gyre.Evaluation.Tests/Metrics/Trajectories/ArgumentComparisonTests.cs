using Gyre.Evaluation.Metrics.Trajectories;
using Shouldly;
using Xunit;

namespace Gyre.Evaluation.Tests.Metrics.Trajectories;

public sealed class ArgumentComparisonTests
{
    [Theory]
    [InlineData("""{"a":1,"b":[1,2]}""", """{"b":[1,2.0],"a":1e0}""", true)]
    [InlineData("""{"a":1}""", """{"a":"1"}""", false)]
    [InlineData("""{"a":1,"b":null}""", """{"a":1}""", false)]
    [InlineData("""{"a":1}""", """{"a":1,"b":null}""", false)]
    [InlineData("""[1,2]""", """[2,1]""", false)]
    [InlineData("""{"a":"X"}""", """{"a":"x"}""", false)]
    [InlineData("""{"a":0.1}""", """{"a":0.10000000000000000000001}""", false)]
    [InlineData("""{"a":"\u00e9"}""", """{"a":"é"}""", true)]
    [InlineData("", "{}", true)]
    [InlineData("not json", "not json", false)]
    [InlineData("""{"a":1,"a":1}""", """{"a":1}""", false)]
    [InlineData("""{"a":"\ud83d"}""", """{"a":"\ud83d"}""", false)]
    public void Exact_equality_is_that_of_values(string made, string wanted, bool equal) =>
        ArgumentComparison.Exact.AreEqual(new ToolCall("t", made), new ToolCall("t", wanted)).ShouldBe(equal);

    [Fact]
    public void Options_loosen_it_at_any_depth()
    {
        Compare(new() { AllowsMoreKeys = true }, """{"a":{"x":1,"y":2},"b":1}""", """{"a":{"x":1}}""").ShouldBeTrue();
        Compare(new() { AllowsMoreKeys = true }, """{"a":{"x":1}}""", """{"a":{"x":1,"y":2}}""").ShouldBeFalse();
        Compare(new() { IgnoresCase = true }, """{"a":[" Paris"]}""", """{"a":["paris"]}""").ShouldBeTrue();
        Compare(new() { IgnoredKeys = new HashSet<string> { "id" } }, """{"a":{"id":1,"x":1},"id":2}""", """{"a":{"x":1,"id":9}}""").ShouldBeTrue();
        Compare(new() { IgnoresArrayOrder = true }, """[[2,1],{"a":[3,4]}]""", """[{"a":[4,3]},[1,2]]""").ShouldBeTrue();
        Compare(new() { IgnoresArrayOrder = true }, "[1,1,2]", "[1,2,2]").ShouldBeFalse();
        Compare(new() { NumberTolerance = 0.01 }, """{"a":0.999}""", """{"a":1}""").ShouldBeTrue();
        Compare(new() { NumberTolerance = 0.01 }, """{"a":0.98}""", """{"a":1}""").ShouldBeFalse();
        Should.Throw<ArgumentOutOfRangeException>(() => new ArgumentComparison { NumberTolerance = double.NaN });
    }

    [Fact]
    public void Elements_are_matched_so_that_none_is_left_over_when_tolerance_lets_several_fit()
    {
        // Taken greedily, 1.0 would take 1.4 and leave 1.8 without a partner.
        Compare(new() { IgnoresArrayOrder = true, NumberTolerance = 0.5 }, "[1.4,1.0]", "[1.4,1.8]").ShouldBeTrue();
        Compare(new() { IgnoresArrayOrder = true, NumberTolerance = 0.5 }, "[1.0,1.4]", "[1.4,1.8]").ShouldBeTrue();
    }

    [Fact]
    public void Hostile_arguments_are_equal_to_nothing_and_take_no_time()
    {
        var deep = new ToolCall("t", new string('[', 100_000));
        deep.Arguments.ShouldBeNull();
        ArgumentComparison.Exact.AreEqual(deep, deep).ShouldBeFalse();
        new ToolCall("t", "\"" + new string('a', ToolCall.MostCharacters) + "\"").Arguments.ShouldBeNull();

        var rows = "[" + string.Join(',', Enumerable.Repeat("[" + string.Join(',', Enumerable.Range(0, 300)) + "]", 300)) + "]";
        Compare(new() { IgnoresArrayOrder = true }, rows, rows).ShouldBeTrue();
        Should.Throw<ArgumentException>(() => new ToolCall(""));
    }

    private static bool Compare(ArgumentComparison rules, string made, string wanted) => rules.AreEqual(new ToolCall("t", made), new ToolCall("t", wanted));
}

using System.Globalization;
using Gyre.Models.Constraints;

namespace Gyre.Models.Tests.Constraints.JsonSchemas;

public class NumberRangeTests
{
    [Theory]
    [InlineData("\"minimum\":-12,\"maximum\":105")]
    [InlineData("\"exclusiveMinimum\":-12,\"exclusiveMaximum\":105")]
    [InlineData("\"minimum\":7")]
    [InlineData("\"maximum\":-7")]
    [InlineData("\"minimum\":-99,\"maximum\":-9")]
    [InlineData("\"minimum\":0,\"maximum\":0")]
    [InlineData("\"minimum\":1.5,\"maximum\":99.5")]
    [InlineData("\"minimum\":-1.5,\"exclusiveMaximum\":1e2")]
    [InlineData("\"multipleOf\":7")]
    [InlineData("\"multipleOf\":12,\"minimum\":-40,\"maximum\":100")]
    [InlineData("\"exclusiveMinimum\":0")]
    [InlineData("\"exclusiveMaximum\":0")]
    public void Integers_are_exact(string limits)
    {
        var schema = $$"""{"type":"integer",{{limits}}}""";
        var constraint = Constraint.FromJsonSchema(schema);
        for (var i = -250; i <= 250; i++)
        {
            var text = i.ToString(CultureInfo.InvariantCulture);
            constraint.Satisfies(text).ShouldBe(ReferenceValidator.IsValid(schema, System.Text.Encoding.ASCII.GetBytes(text)), $"{text} under {limits}");
        }
    }

    [Theory]
    [InlineData("\"minimum\":-1.25,\"maximum\":10.5")]
    [InlineData("\"exclusiveMinimum\":-1.25,\"exclusiveMaximum\":10.5")]
    [InlineData("\"minimum\":0.05")]
    [InlineData("\"exclusiveMinimum\":0.05")]
    [InlineData("\"maximum\":0.1")]
    [InlineData("\"exclusiveMaximum\":0")]
    [InlineData("\"exclusiveMinimum\":0,\"exclusiveMaximum\":1")]
    [InlineData("\"minimum\":3,\"maximum\":3")]
    [InlineData("\"exclusiveMaximum\":2")]
    [InlineData("\"multipleOf\":0.5e-1,\"minimum\":1", false)]
    [InlineData("\"multipleOf\":0.1,\"maximum\":1")]
    [InlineData("\"multipleOf\":3,\"maximum\":8")]
    public void Decimals_are_exact(string limits, bool isSupported = true)
    {
        var schema = $$"""{"type":"number",{{limits}}}""";
        if (!isSupported)
        {
            Check.Refusal(() => Constraint.FromJsonSchema(schema), "RUN0701").ShouldContain("multipleOf");
            return;
        }

        var constraint = Constraint.FromJsonSchema(schema);
        for (var i = -1500; i <= 1500; i++)
        {
            foreach (var scale in (decimal[])[1m, 0.1m, 0.01m, 0.001m])
            {
                // The number's own spelling without trailing zeros, which is always in the normal form.
                var text = (i * scale / 1.000000000000000000000000000m).ToString("0.###", CultureInfo.InvariantCulture);
                constraint.Satisfies(text).ShouldBe(ReferenceValidator.IsValid(schema, System.Text.Encoding.ASCII.GetBytes(text)), $"{text} under {limits}");
            }
        }
    }

    [Fact]
    public void Spellings_of_the_limit_itself()
    {
        Check.Schema("""{"type":"number","maximum":10.5}""", ["10.5", "10.50", "10.4999", "10", "10.0"], ["10.51", "10.501", "11", "010", "-0", "1e1"]);
        Check.Schema("""{"type":"number","exclusiveMinimum":1}""", ["1.01", "1.000001", "2"], ["1", "1.0", "1.000"]);
    }

    [Theory]
    [InlineData("""{"type":"integer","minimum":5,"maximum":4}""", "minimum")]
    [InlineData("""{"type":"integer","exclusiveMinimum":4,"exclusiveMaximum":5}""", "limits")]
    [InlineData("""{"type":"integer","multipleOf":7,"minimum":8,"maximum":13}""", "limits")]
    public void Ranges_without_a_number_are_refused(string schema, string reason) =>
        Check.Refusal(() => Constraint.FromJsonSchema(schema), "RUN0702").ShouldContain(reason);
}

using Gyre.Models.Constraints;

namespace Gyre.Models.Tests.Constraints;

public class CompileBudgetTests
{
    [Fact]
    public void What_people_write_takes_a_small_part_of_the_steps()
    {
        foreach (var schema in SampleSchemas.All)
        {
            Constraint.FromJsonSchema(schema).CompileSteps.ShouldBeLessThan(CompileBudget.MaxSteps / 4, schema);
        }

        var properties = string.Join(',', Enumerable.Range(0, 150).Select(i => $"\"property{i}\":{{\"type\":\"array\",\"items\":{{\"type\":\"string\",\"maxLength\":{i + 10}}}}}"));
        Constraint.FromJsonSchema("{\"type\":\"object\",\"properties\":{" + properties + "}}").CompileSteps.ShouldBeLessThan(CompileBudget.MaxSteps);
    }

    [Fact]
    public void The_same_input_takes_the_same_steps() =>
        Constraint.FromJsonSchema(SampleSchemas.All[0]).CompileSteps.ShouldBe(Constraint.FromJsonSchema(SampleSchemas.All[0]).CompileSteps);
}

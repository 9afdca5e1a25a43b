using Gyre.Models.Templates;
using Gyre.Models.Templates.Jinja;

namespace Gyre.Models.Tests.Templates;

public class RenderBudgetTests
{
    [Fact]
    public void A_charge_below_zero_is_a_mistake_of_the_program()
    {
        var budget = Budget();

        Should.Throw<ArgumentOutOfRangeException>(() => budget.Charge(-1));
        Should.Throw<ArgumentOutOfRangeException>(() => budget.ChargeReading(-1));
        Should.Throw<ArgumentOutOfRangeException>(() => budget.ChargeText(-1));
    }

    // Guards against sums that start again below zero.
    [Fact]
    public void Charges_beyond_64_bits_stay_beyond_the_limit()
    {
        var budget = Budget();
        for (var round = 0; round < 4; round++)
        {
            Should.Throw<ModelException>(() => budget.Charge(long.MaxValue)).Code.ShouldBe("RUN0203");
            Should.Throw<ModelException>(() => budget.ChargeReading(long.MaxValue)).Code.ShouldBe("RUN0203");
            Should.Throw<ModelException>(() => budget.ChargeText(long.MaxValue)).Code.ShouldBe("RUN0203");
        }
    }

    [Fact]
    public void Many_small_texts_cost_as_many_steps_as_a_large_one()
    {
        var budget = Budget();
        for (var i = 0; i < 6400; i++)
        {
            budget.ChargeReading(1);
        }

        budget.Charge(900);
        Should.Throw<ModelException>(() => budget.Charge(1)).Code.ShouldBe("RUN0203");
    }

    [Fact]
    public void Text_is_charged_before_it_grows()
    {
        var text = new MeteredText(Budget());

        text.Append("abc").Append('-', 3).Append('-', -5).Append('d').ToString().ShouldBe("abc---d");
        Should.Throw<ModelException>(() => text.Append('x', int.MaxValue)).Code.ShouldBe("RUN0203");
        text.Length.ShouldBe(7);
    }

    private static RenderBudget Budget() => new(new TemplateLimits { MaxSteps = 1000, MaxWorkCharacters = 10_000 }, TimeProvider.System);
}

using Gyre.Models.Architectures.Engine;

namespace Gyre.Models.Tests.Architectures.Engine;

public sealed class WorkLedgerTests
{
    private static readonly StepItems Step = new(3, 20, 1);

    [Fact]
    public void A_member_takes_its_own_part_front_to_back_in_halves()
    {
        using var ledger = Open(members: 2);

        Own(ledger, Step, 1).ShouldBe([(10, 15), (15, 18), (18, 19), (19, 20)]);
        Own(ledger, Step, 0).ShouldBe([(0, 5), (5, 8), (8, 9), (9, 10)]);
    }

    [Fact]
    public void Alone_it_takes_everything_at_once()
    {
        using var ledger = Open(members: 1);

        Own(ledger, Step, 0).ShouldBe([(0, 20)]);
    }

    [Fact]
    public void Others_help_from_the_back()
    {
        using var ledger = Open(members: 2);

        ledger.TryTake(Step, 0, out _, out _).ShouldBeTrue();
        ledger.TryHelp(Step, 1, 2, out var begin, out var end).ShouldBeTrue();

        (begin, end).ShouldBe((7, 10));
        Own(ledger, Step, 0).ShouldBe([(5, 6), (6, 7)]);
        ledger.TryHelp(Step, 1, 1, out _, out _).ShouldBeFalse();
    }

    [Fact]
    public void A_part_that_its_owner_has_not_begun_can_be_helped_with()
    {
        using var ledger = Open(members: 2);

        ledger.TryHelp(Step, 1, 2, out var begin, out var end).ShouldBeTrue();

        (begin, end).ShouldBe((5, 10));
        Own(ledger, Step, 0).ShouldBe([(0, 3), (3, 4), (4, 5)]);
    }

    [Fact]
    public void A_few_last_items_are_left_to_their_owner_until_it_takes_too_long()
    {
        using var ledger = Open(members: 2);
        for (var i = 0; i < 3; i++)
        {
            ledger.TryTake(Step, 0, out _, out _).ShouldBeTrue();
        }

        ledger.TryHelp(Step, 1, 2, out _, out _).ShouldBeFalse();
        ledger.TryHelp(Step, 1, 1, out var begin, out var end).ShouldBeTrue();

        (begin, end).ShouldBe((9, 10));
    }

    [Fact]
    public void A_step_with_few_items_for_its_grain_has_fewer_parts_than_there_are_members()
    {
        using var ledger = Open(members: 4);
        var step = new StepItems(3, 20, 16);

        Own(ledger, step, 0).ShouldBe([(0, 10)]);
        Own(ledger, step, 1).ShouldBe([(10, 20)]);
        Own(ledger, step, 2).ShouldBeEmpty();
    }

    [Fact]
    public void The_parts_of_the_next_step_are_whole_and_those_of_the_last_are_gone()
    {
        using var ledger = Open(members: 2);
        Own(ledger, Step, 0);
        var next = Step with { Index = 4 };
        ledger.Open(4);

        ledger.TryTake(next, 0, out var begin, out var end).ShouldBeTrue();

        (begin, end).ShouldBe((0, 5));
        ledger.TryTake(Step, 0, out _, out _).ShouldBeFalse();
        ledger.Begin(3);
        ledger.TryTake(Step, 0, out begin, out end).ShouldBeTrue();
        (begin, end).ShouldBe((0, 5));
    }

    [Fact]
    public void Only_the_last_item_ends_a_step()
    {
        using var ledger = Open(members: 2);

        ledger.Finish(19, 20).ShouldBeFalse();
        ledger.Finish(1, 20).ShouldBeTrue();
        ledger.WaitBriefly(3).ShouldBeFalse();
        ledger.Open(5);
        ledger.WaitBriefly(3).ShouldBeTrue();
        ledger.Step.ShouldBe(5);
    }

    private static WorkLedger Open(int members)
    {
        var ledger = new WorkLedger(members);
        ledger.Begin(3);
        return ledger;
    }

    private static List<(int Begin, int End)> Own(WorkLedger ledger, StepItems step, int member)
    {
        var taken = new List<(int Begin, int End)>();
        while (ledger.TryTake(step, member, out var begin, out var end))
        {
            taken.Add((begin, end));
        }

        return taken;
    }
}

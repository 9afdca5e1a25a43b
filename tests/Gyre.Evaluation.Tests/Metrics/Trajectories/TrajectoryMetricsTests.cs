using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Metrics.Trajectories;
using Shouldly;
using Xunit;

namespace Gyre.Evaluation.Tests.Metrics.Trajectories;

public sealed class TrajectoryMetricsTests
{
    private static readonly ToolCall Search = new("search", """{"q":"boots","n":5}""");
    private static readonly ToolCall SearchAgain = new("search", """{"n":5.0,"q":"boots"}""");
    private static readonly ToolCall SearchOther = new("search", """{"q":"shoes","n":5}""");
    private static readonly ToolCall Price = new("price", """{"id":7}""");
    private static readonly ToolCall Order = new("order");

    [Theory]
    [InlineData("S P O", "S P O", 1, 1, 1, 1, 1, 1, 1, 1)]
    [InlineData("s P O", "S P O", 1, 1, 1, 1, 1, 1, 1, 1)]
    [InlineData("S P P O", "S P O", 0, 1, 1, 1, 0.75, 1, 0.5, 6 / 7.0)]
    [InlineData("O P S", "S P O", 0, 0, 1, 1, 1, 1 / 3.0, 1 / 3.0, 1)]
    [InlineData("x P", "S P O", 0, 0, 0, 1 / 3.0, 0.5, 1 / 3.0, 1 / 3.0, 0.4)]
    [InlineData("S", "S S", 0, 0, 0, 0.5, 1, 0.5, 0.5, 2 / 3.0)]
    [InlineData("", "S", 0, 0, 0, 0, 0, 0, 0, 0)]
    public void Calls_are_compared_by_place_by_order_and_as_a_bag(
        string made, string wanted, double exact, double inOrder, double anyOrder, double required, double precision, double order, double accuracy, double f1)
    {
        var sample = new TrajectorySample { Made = Read(made), Wanted = Read(wanted) };
        TrajectoryMetrics.Exact().Of(sample).ShouldBe(MetricValue.Of(exact));
        TrajectoryMetrics.InOrder().Of(sample).ShouldBe(MetricValue.Of(inOrder));
        TrajectoryMetrics.AnyOrder().Of(sample).ShouldBe(MetricValue.Of(anyOrder));
        TrajectoryMetrics.Required().Of(sample).Number.ShouldBe(required, 1e-15);
        TrajectoryMetrics.Precision().Of(sample).Number.ShouldBe(precision, 1e-15);
        TrajectoryMetrics.Order().Of(sample).Number.ShouldBe(order, 1e-15);
        TrajectoryMetrics.CallAccuracy().Of(sample).Number.ShouldBe(accuracy, 1e-15);
        TrajectoryMetrics.CallF1().Of(sample).Number.ShouldBe(f1, 1e-15);
    }

    [Fact]
    public void Names_alone_and_arguments_alone_are_measures_of_their_own()
    {
        var sample = new TrajectorySample { Made = [SearchOther, Price], Wanted = [Search, Price] };
        var names = TrajectoryMetrics.Exact(new ArgumentComparison { NamesOnly = true });
        names.Name.ShouldBe("trajectory-exact-names");
        names.Of(sample).ShouldBe(MetricValue.Of(1));
        TrajectoryMetrics.Arguments().Of(sample).ShouldBe(MetricValue.Of(0.5));
        TrajectoryMetrics.Arguments().Of(new TrajectorySample { Made = [Order], Wanted = [Search] }).Reason!.Cause.ShouldBe(UndefinedCause.ZeroDenominator);
    }

    [Fact]
    public void Over_samples_the_calls_weigh_and_not_the_samples()
    {
        var metric = TrajectoryMetrics.CallF1();
        metric.Of(new TrajectorySample { Made = [Search, Price, Order], Wanted = [Search, Price, Order] }, new TrajectorySample { Made = [Price], Wanted = [Search] })
            .ShouldBe(MetricValue.Of(6 / 8.0));
    }

    [Fact]
    public void Forbidden_tools_must_be_absent()
    {
        var forbidden = new HashSet<string> { "order" };
        TrajectoryMetrics.ForbiddenAbsent.Of(new TrajectorySample { Made = [Search, Order], Forbidden = forbidden }).ShouldBe(MetricValue.Of(0));
        TrajectoryMetrics.ForbiddenAbsent.Of(new TrajectorySample { Made = [Search], Forbidden = forbidden }).ShouldBe(MetricValue.Of(1));
        TrajectoryMetrics.ForbiddenAbsent.Of(new TrajectorySample { Made = [Search] }).Reason!.Cause.ShouldBe(UndefinedCause.NoReference);
    }

    [Fact]
    public void Steps_and_cost_count_only_where_the_goal_was_reached()
    {
        TrajectorySample[] samples =
        [
            new() { Made = [Search, Order], ReachedGoal = true, Cost = 0.5 },
            new() { Made = [Search], ReachedGoal = true, Steps = 6, Cost = 1.5 },
            new() { Made = [Price], ReachedGoal = false, Steps = 100, Cost = 9 },
            new() { Made = [Price] },
        ];
        TrajectoryMetrics.GoalReached.Of(samples).Number.ShouldBe(2 / 3.0, 1e-15);
        TrajectoryMetrics.StepsToGoal.Of(samples).ShouldBe(MetricValue.Of(4));
        TrajectoryMetrics.CostToGoal.Of(samples).ShouldBe(MetricValue.Of(1));
        TrajectoryMetrics.CostToGoal.Of(new TrajectorySample { Made = [], ReachedGoal = true }).Reason!.Cause.ShouldBe(UndefinedCause.MissingInput);
        TrajectoryMetrics.StepsToGoal.Of(samples[2]).Reason!.Detail.ShouldBe("the goal was not reached");
    }

    [Fact]
    public void Without_wanted_calls_and_with_too_many_there_is_no_value()
    {
        TrajectoryMetrics.Required().Of(new TrajectorySample { Made = [Search] }).Reason!.Cause.ShouldBe(UndefinedCause.NoReference);
        var many = Enumerable.Repeat(Search, 2000).ToArray();
        TrajectoryMetrics.Required().Of(new TrajectorySample { Made = many, Wanted = [Search] }).Reason!.Cause.ShouldBe(UndefinedCause.TooLarge);
        var large = new ToolCall("a", "[" + string.Join(',', Enumerable.Repeat("1", 500_000)) + "]");
        TrajectoryMetrics.Exact().Of(new TrajectorySample { Made = [.. Enumerable.Repeat(large, 20)], Wanted = [.. Enumerable.Repeat(large, 20)] }).Reason!.Cause.ShouldBe(UndefinedCause.TooLarge);
    }

    private static ToolCall[] Read(string calls) => [.. calls.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(call => call switch
    {
        "S" => Search,
        "s" => SearchAgain,
        "x" => SearchOther,
        "P" => Price,
        _ => Order,
    })];
}

using Gyre.Evaluation.Reports.Html;

namespace Gyre.Evaluation.Tests.Reports.Html;

public class ParetoPointTests
{
    [Fact]
    public void What_another_beats_in_one_and_equals_in_the_other_is_dominated()
    {
        var points = ParetoPoint.Of([("cheap", 1, 0.5), ("good", 3, 0.9), ("dear", 4, 0.9), ("bad", 1, 0.4), ("middle", 2, 0.7)], isHigherBetter: true);
        points.Where(point => point.IsUndominated).Select(point => point.Name).ShouldBe(["cheap", "good", "middle"]);
    }

    [Fact]
    public void Where_less_is_better_the_other_end_wins() =>
        ParetoPoint.Of([("a", 1, 0.5), ("b", 2, 0.6), ("c", 2, 0.4)], isHigherBetter: false).Where(point => point.IsUndominated).Select(point => point.Name).ShouldBe(["a", "c"]);

    [Fact]
    public void Equal_points_do_not_dominate_each_other() =>
        ParetoPoint.Of([("a", 1, 0.5), ("b", 1, 0.5)], isHigherBetter: true).ShouldAllBe(point => point.IsUndominated);
}

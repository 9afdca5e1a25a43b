using Gyre.Contracts;
using Gyre.Registry.Ratings;

namespace Gyre.Registry.Tests.Ratings;

public class RatingStoreFuzzTests
{
    /// <summary>Raters who do whatever comes to mind, in any order: what a store promises must hold after every act.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Whatever_raters_do_no_item_has_more_raters_than_wanted_and_nothing_said_is_lost(int seed)
    {
        var stop = TestContext.Current.CancellationToken;
        using var bench = new RatingBench();
        var random = new SeededRandom((ulong)seed);
        await bench.Store.CreateAsync(RatingBench.Pairs(12, raters: 2, repeats: 0.4, seed: (ulong)seed), stop);
        string[] raters = ["Ana", "Bo", "Cy", "Dee"];
        var known = raters.ToDictionary(rater => rater, _ => new List<string>());
        var said = new Dictionary<string, string>(StringComparer.Ordinal); // In force, by assignment, as sides.
        var order = raters.ToDictionary(rater => rater, _ => new List<string>()); // Each rater's acts in force, the last last.
        for (var step = 0; step < 400; step++)
        {
            var rater = random.Pick(raters);
            try
            {
                switch (random.NextInt32(8))
                {
                    case 0 or 1 or 2:
                        if ((await bench.Store.NextAsync("tone", rater, stop)).Assignment is { } given && !known[rater].Contains(given.Id))
                        {
                            known[rater].Add(given.Id);
                        }

                        break;
                    case 3 or 4 when known[rater].Count > 0:
                        var (rated, side) = (random.Pick(known[rater]), random.Pick(new[] { "left", "right", "tie", "both_bad" }));
                        await bench.Store.RateAsync("tone", rater, rated, RatingBench.Prefer(side), stop);
                        if (said.GetValueOrDefault(rated) != side)
                        {
                            order[rater].Remove(rated);
                            order[rater].Add(rated);
                        }

                        said[rated] = side;
                        break;
                    case 5 when known[rater].Count > 0:
                        var skipped = random.Pick(known[rater]);
                        await bench.Store.SkipAsync("tone", rater, skipped, $"because {step}", stop);
                        said.Remove(skipped);
                        order[rater].Remove(skipped);
                        order[rater].Add(skipped);
                        break;
                    case 6:
                        var back = (await bench.Store.UndoAsync("tone", rater, stop)).Assignment.ShouldNotBeNull();
                        back.Id.ShouldBe(order[rater][^1]);
                        order[rater].RemoveAt(order[rater].Count - 1);
                        said.Remove(back.Id);
                        break;
                    default:
                        bench.Clock.Move(TimeSpan.FromMinutes(random.NextInt32(20)));
                        if (random.NextInt32(10) == 0)
                        {
                            bench.Reopen();
                        }

                        break;
                }
            }
            catch (RegistryException error) when (error.Code is "REG0087" or "REG0088")
            {
                // Late, or nothing to undo: refused, and nothing may have changed, which is what the checks below see.
            }

            var crowded = await bench.Database.ReadAsync(
                session => session.QueryFirst<long>(
                    "SELECT IFNULL(MAX(n), 0) FROM (SELECT COUNT(*) AS n FROM rating_assignments WHERE is_repeat = 0 AND (state = 'rated' OR (state = 'reserved' AND expires_at > @Now)) GROUP BY item)",
                    new { Now = bench.Clock.GetUtcNow().ToUnixTimeMilliseconds() }),
                stop);
            crowded.ShouldBeLessThanOrEqualTo(2);
        }

        foreach (var rater in raters)
        {
            var own = await bench.Store.ReadOwnAsync("tone", rater, stop);
            own.Where(assignment => assignment.State == RatingAssignmentState.Rated).ToDictionary(assignment => assignment.Id, assignment => assignment.Answer!.Values[RatingQuestion.Preference])
                .ShouldBe(said.Where(pair => known[rater].Contains(pair.Key)).ToDictionary(), ignoreOrder: true);
        }

        said.Count.ShouldBeGreaterThan(5);
    }

    [Fact]
    public async Task Raters_at_the_same_time_are_never_given_more_places_than_there_are()
    {
        var stop = TestContext.Current.CancellationToken;
        using var bench = new RatingBench();
        await bench.Store.CreateAsync(RatingBench.Pairs(15, raters: 3), stop);

        var seen = await Task.WhenAll(Enumerable.Range(0, 8).Select(rater => Task.Run(() => bench.RateAllAsync($"rater {rater}", _ => RatingQuestion.Tie), stop)));

        var records = (await bench.Store.ReadResultsAsync("tone", unblinds: true, stop)).Records;
        records.Count.ShouldBe(45);
        records.GroupBy(record => record.ItemNumber).ShouldAllBe(group => group.Count() == 3 && group.Select(record => record.Rater).Distinct().Count() == 3);
        seen.SelectMany(list => list).Select(assignment => assignment.Id).Distinct().Count().ShouldBe(45);
    }

    [Fact]
    public void Whatever_is_said_to_be_a_rubric_is_read_or_refused_with_places()
    {
        var random = new SeededRandom(5);
        var good = RatingRubric.Default(RatingForm.Single).ToJson();
        var refused = 0;
        for (var i = 0; i < 2000; i++)
        {
            var text = good.ToCharArray();
            for (var n = random.NextInt32(1, 4); n > 0; n--)
            {
                text[random.NextInt32(text.Length)] = "\"{}[]:,0a\\ud8"[random.NextInt32(13)];
            }

            try
            {
                var rubric = RatingRubric.Parse(new string(text));
                RatingRubric.Parse(rubric.ToJson()).ToJson().ShouldBe(rubric.ToJson());
            }
            catch (RegistryException error)
            {
                error.Code.ShouldBe("REG0081");
                refused++;
            }
        }

        refused.ShouldBeInRange(500, 1999);
    }
}

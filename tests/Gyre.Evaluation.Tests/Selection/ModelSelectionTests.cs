using Gyre.Evaluation.Selection;

namespace Gyre.Evaluation.Tests.Selection;

public sealed class ModelSelectionTests
{
    [Fact]
    public void The_value_is_the_weighted_mean_of_the_scores_and_the_clear_winner_is_chosen()
    {
        var result = SelectionSample.Decide(SelectionSample.Recipe, SelectionSample.Experiment(0.9, 0.6));

        result.Shares.ShouldBe([0.75, 0.25]);
        result.Candidates[0].Name.ShouldBe("a");
        result.Candidates[0].Value!.Value.ShouldBe((0.75 * 0.9) + (0.25 * 0.5), 1e-12); // 1 s on a scale from 2 to 0.
        result.Candidates[1].Value!.Value.ShouldBe((0.75 * 0.6) + (0.25 * 0.75), 1e-12);
        result.Chosen.ShouldBe("a");
        result.Headline.ShouldBe("a: the best of 2 candidates that keep every limit, with a value of 0.800.");
        result.Consequences.ShouldBe(["With a, quick is 1.00 s; b has 500 ms."]);
    }

    /// <summary>The interval of a value is that of its objectives: 0.75 of half a width of 0.05.</summary>
    [Fact]
    public void Intervals_are_carried_to_the_value()
    {
        var first = SelectionSample.Decide(SelectionSample.Recipe, SelectionSample.Experiment(0.9, 0.6)).Candidates[0];

        (first.High - first.Value!.Value).ShouldBe(0.75 * 0.05, 1e-6);
        (first.Value.Value - first.Low).ShouldBe(0.75 * 0.05, 1e-6);
    }

    /// <summary>The same values: with pairs their difference is sure, without them the two intervals are not apart enough.</summary>
    [Theory]
    [InlineData(0.02, "a", 0.0125 - (0.75 * 0.02))]
    [InlineData(0.005, "a", 0.0125 - (0.75 * 0.005))]
    [InlineData(null, null, 0.0)]
    public void Pairs_tell_candidates_apart_that_their_own_intervals_do_not(double? paired, string? chosen, double low)
    {
        var result = SelectionSample.Decide(SelectionSample.Recipe, SelectionSample.Experiment(0.70, 0.60, 0.05, paired));

        var rival = result.Rivals.Single();
        rival.Difference.ShouldBe((0.75 * 0.1) - (0.25 * 0.25), 1e-12);
        rival.Paired.ShouldBe(paired is null ? 0 : 1);
        if (paired is null)
        {
            rival.Low.ShouldBe(0.0125 - (0.75 * 0.05 * Math.Sqrt(2)), 1e-6);
            result.Headline.ShouldBe("No decision: a and b are not distinguishable by this evidence.");
        }
        else
        {
            rival.Low.ShouldBe(low, 1e-6);
        }

        result.Chosen.ShouldBe(low > 0 ? chosen : null);
    }

    [Fact]
    public void Equal_candidates_are_not_distinguishable()
    {
        var result = SelectionSample.Decide(SelectionSample.Recipe, SelectionSample.Experiment(0.7, 0.7, 0, null, 1, 1));

        result.Chosen.ShouldBeNull();
        result.Rivals.Single().IsDistinguishable.ShouldBeFalse();
        result.Sensitivity!.Near["a"].ShouldBe(1); // The first of equals stays the first.
    }

    [Fact]
    public void A_missed_limit_puts_the_better_one_out_and_says_so()
    {
        var result = SelectionSample.Decide(SelectionSample.Recipe.Replace("memory_mib: 100", "memory_mib: 60", StringComparison.Ordinal), SelectionSample.Experiment(0.9, 0.6));

        result.Chosen.ShouldBe("b");
        result.Candidates[1].IsOut.ShouldBeTrue();
        result.Reasons.ShouldContain("a is out: memory is 80.0 MiB, ≤ 60.0 MiB is demanded.");
        result.Sensitivity.ShouldBeNull();
    }

    [Theory]
    [InlineData(0.9, 0.6, null, "a")] // Even with the best of everything b would have what it has: 0.6375.
    [InlineData(0.6, 0.9, null, null)]
    public void An_unknown_limit_stops_the_choice_only_when_the_open_one_could_be_first(double a, double b, double? memory, string? chosen)
    {
        var result = SelectionSample.Decide(SelectionSample.Recipe, SelectionSample.Experiment(a, b), memory);

        result.Candidates.Single(candidate => candidate.Name == "b").IsOpen.ShouldBeTrue();
        result.Chosen.ShouldBe(chosen);
        result.Missing.ShouldContain("b: memory is unknown: no files.");
        if (chosen is null)
        {
            result.Headline.ShouldStartWith("No decision: a is the only candidate known to keep every limit, but b could be better");
        }
    }

    [Fact]
    public void A_missing_measurement_leaves_a_range_and_no_rank()
    {
        var recipe = SelectionSample.Recipe.Replace("metric: exact-match}", "metric: exact-match}\n  - {name: bleu, weight: 4, evidence: shop, metric: bleu}", StringComparison.Ordinal);

        var result = SelectionSample.Decide(recipe, SelectionSample.Experiment(0.9, 0.6));

        result.Chosen.ShouldBeNull();
        result.Headline.ShouldBe("No decision: no candidate is known to keep every limit and to have every score.");
        var first = result.Candidates.Single(candidate => candidate.Name == "a");
        (first.Rank, first.Value).ShouldBe(((int?)null, (double?)null));
        (first.High - first.Low).ShouldBe(0.5 + (2 * 0.375 * 0.05), 1e-6);
        result.Missing.ShouldContain(gap => gap.Contains("does not measure bleu", StringComparison.Ordinal) && gap.Contains("it has exact-match", StringComparison.Ordinal));
    }

    [Fact]
    public void Cost_is_of_the_tokens_or_else_of_the_machine()
    {
        var candidates = SelectionSample.Decide(SelectionSample.Recipe, SelectionSample.Experiment(0.9, 0.6)).Candidates;

        string CostOf(string name) => candidates.Single(one => one.Name == name).Limits.Single(limit => limit.Name == "cost of 1,000").Found;
        CostOf("a").ShouldBe("0.7000"); // (50,000 · 1 + 10,000 · 2) ÷ 10⁶ ÷ 100 · 1,000.
        CostOf("b").ShouldBe("0.5000"); // 0.5 s · 1,000 at 0.001 a second.
    }

    [Fact]
    public void Weights_drawn_around_the_given_ones_keep_a_clear_winner_and_split_a_close_one()
    {
        SelectionSample.Decide(SelectionSample.Recipe, SelectionSample.Experiment(0.99, 0.3)).Sensitivity!.Near["a"].ShouldBeGreaterThan(0.98);

        var close = SelectionSample.Decide(SelectionSample.Recipe, SelectionSample.Experiment(0.70, 0.615)).Sensitivity!;
        close.Near["a"].ShouldBeInRange(0.4, 0.65);
        (close.Near["a"] + close.Near["b"]).ShouldBe(1, 1e-9);
        SelectionSample.Decide(SelectionSample.Recipe, SelectionSample.Experiment(0.70, 0.615)).Sensitivity!.Near.ShouldBe(close.Near);
    }

    /// <summary>a leads by 0.3 on the one, b by 0.25 on the other: they meet where 0.3 t = 0.25 (1 − t). Under weights of any division a is first as often as t is above.</summary>
    [Fact]
    public void A_weight_may_move_until_the_two_meet()
    {
        var sensitivity = SelectionSample.Decide(SelectionSample.Recipe, SelectionSample.Experiment(0.9, 0.6)).Sensitivity!;
        const double Meeting = 0.25 / 0.55;

        var right = sensitivity.Ranges.Single(range => range.Objective == "right");
        (right.Share, right.To).ShouldBe((0.75, 1));
        right.From.ShouldBe(Meeting, 1e-9);
        sensitivity.Ranges.Single(range => range.Objective == "quick").To.ShouldBe(1 - Meeting, 1e-9);
        sensitivity.Any["a"].ShouldBe(1 - Meeting, 0.02);
    }

    [Theory]
    [InlineData(0.80, LimitVerdict.Met, "")]
    [InlineData(0.88, LimitVerdict.Met, "the interval reaches across the limit")]
    [InlineData(0.93, LimitVerdict.NotMet, "the interval reaches across the limit")]
    public void A_demand_says_when_its_interval_reaches_across(double least, LimitVerdict verdict, string note)
    {
        var recipe = SelectionSample.Recipe.Replace("metric: exact-match}", $"metric: exact-match, at_least: {least}}}", StringComparison.Ordinal);

        var check = SelectionSample.Decide(recipe, SelectionSample.Experiment(0.9, 0.6)).Candidates.Single(one => one.Name == "a").Limits.Single(limit => limit.Name == "right");

        (check.Verdict, check.Note).ShouldBe((verdict, note));
    }

    [Fact]
    public void A_target_turns_a_number_into_its_distance()
    {
        var recipe = SelectionSample.Recipe.Replace("metric: exact-match}", "metric: exact-match, target: 0.7, scale: {worst: 0.5, best: 0}}", StringComparison.Ordinal);

        var scores = SelectionSample.Decide(recipe, SelectionSample.Experiment(0.9, 0.72)).Candidates.ToDictionary(one => one.Name, one => one.Scores[0]);

        scores["a"].Score!.Value.ShouldBe(0.6, 1e-9);
        scores["b"].Score!.Value.ShouldBe(0.96, 1e-9);
        scores["b"].High!.Value.ShouldBe(1, 1e-9); // Its interval holds the target.
    }

    [Fact]
    public void What_nobody_looked_at_is_said()
    {
        var missing = SelectionSample.Decide(SelectionSample.Recipe, SelectionSample.Experiment(0.9, 0.6)).Missing;

        missing.ShouldContain("Bias: nobody looked whether people are treated alike.");
        missing.ShouldContain("Benchmark: no published benchmark was looked at.");
        missing.ShouldContain("No interval says how sure quick is: taken as exact.");
        missing.ShouldNotContain(gap => gap.StartsWith("Suitability", StringComparison.Ordinal));
    }

    [Fact]
    public void Failed_calls_and_answers_without_a_value_are_said()
    {
        var experiment = SelectionSample.Experiment(0.9, 0.6);
        experiment = experiment with
        {
            Candidates = [experiment.Candidates[0] with { Failed = 7 }, experiment.Candidates[1]],
            Cells = [experiment.Cells[0] with { Count = 93, Undefined = 7, Reason = "call failed" }, experiment.Cells[1]],
        };

        var missing = SelectionSample.Decide(SelectionSample.Recipe, experiment).Missing;

        missing.ShouldContain("a: right: 7 of 100 answers have no value (call failed).");
        missing.ShouldContain("a: 7 of 100 calls failed; time and cost are of the others.");
    }

    [Theory]
    [InlineData("licences: [permissive, copyleft]", "licence", LimitVerdict.Met, LimitVerdict.NotMet)]
    [InlineData("openness: 3.5", "openness", LimitVerdict.Met, LimitVerdict.NotMet)]
    [InlineData("context_tokens: 400", "context", LimitVerdict.Met, LimitVerdict.NotMet)]
    [InlineData("p95_seconds: 1.5", "latency (95th percentile)", LimitVerdict.NotMet, LimitVerdict.Met)]
    public void Each_limit_is_looked_at(string limit, string name, LimitVerdict a, LimitVerdict b)
    {
        var recipe = SelectionSample.Recipe.Replace("{p95_seconds: 3, memory_mib: 100, cost_per_thousand: 5, context_tokens: 256}", $"{{{limit}}}", StringComparison.Ordinal);

        var candidates = SelectionSample.Decide(recipe, SelectionSample.Experiment(0.9, 0.6)).Candidates.ToDictionary(one => one.Name, one => one.Limits.Single(check => check.Name == name).Verdict);

        (candidates["a"], candidates["b"]).ShouldBe((a, b));
    }
}

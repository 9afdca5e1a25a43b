using Gyre.Registry.Ratings;

namespace Gyre.Registry.Tests.Ratings;

public sealed class RatingStoreTests : IDisposable
{
    private readonly RatingBench _bench = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private RatingStore Store => _bench.Store;

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task A_campaign_is_found_again_as_it_was_made()
    {
        var plan = RatingBench.Pairs(3, repeats: 0.25, seed: ulong.MaxValue) with { Source = "runs/tone", Reservation = TimeSpan.FromMinutes(10) };

        await Store.CreateAsync(plan, Stop);
        _bench.Reopen();

        var (campaign, progress) = (await Store.FindAsync("tone", Stop)).ShouldNotBeNull();
        campaign.Rubric.ToJson().ShouldBe(plan.Rubric.ToJson());
        (campaign.RatersWanted, campaign.RepeatShare, campaign.Seed, campaign.Reservation, campaign.Source).ShouldBe((2, 0.25, ulong.MaxValue, plan.Reservation, "runs/tone"));
        campaign.IsOpen.ShouldBeTrue();
        progress.ShouldBe(new RatingProgress(3, 0, 0, 6, 0, 0, 0, 0));
        (await Store.ListAsync(Stop)).Single().Campaign.Name.ShouldBe("tone");
        (await Store.FindAsync("other", Stop)).ShouldBeNull();
    }

    [Fact]
    public async Task Every_item_gets_as_many_raters_as_wanted_and_no_rater_sees_one_twice()
    {
        await Store.CreateAsync(RatingBench.Pairs(9), Stop);

        var seen = new Dictionary<string, List<RatingAssignment>>();
        foreach (var rater in new[] { "Ana", "Bo", "Cy", "Dee" })
        {
            seen[rater] = await _bench.RateAllAsync(rater, _ => RatingQuestion.Left, most: rater.Length < 3 ? 5 : 6);
        }

        seen.Values.ShouldAllBe(list => list.Select(assignment => assignment.Prompt).Distinct().Count() == list.Count);
        var results = await Store.ReadResultsAsync("tone", unblinds: true, Stop);
        results.Progress.ShouldBe(new RatingProgress(9, 9, 18, 18, 0, 0, 0, 4));
        results.Records.GroupBy(record => record.ItemNumber).ShouldAllBe(group => group.Count() == 2);
        (await Store.NextAsync("tone", "Eve", Stop)).ShouldBe(new RatingTurn(null, 0, 0, 0, false));
    }

    [Fact]
    public async Task Orders_and_sides_differ_between_raters_and_are_the_same_for_the_same_seed()
    {
        await Store.CreateAsync(RatingBench.Pairs(40, raters: 4), Stop);

        var ana = await _bench.RateAllAsync("Ana", _ => RatingQuestion.Tie);
        var bo = await _bench.RateAllAsync("Bo", _ => RatingQuestion.Tie);
        using var other = new RatingBench();
        await other.Store.CreateAsync(RatingBench.Pairs(40, raters: 4), Stop);
        var again = await other.RateAllAsync("ana ", _ => RatingQuestion.Tie);

        ana.Select(Shown).ShouldBe(again.Select(Shown));
        ana.Select(assignment => assignment.Prompt).ShouldNotBe(bo.Select(assignment => assignment.Prompt));
        var left = ana.Count(assignment => assignment.Outputs[0].StartsWith("alpha", StringComparison.Ordinal));
        left.ShouldBeInRange(10, 30, "Sides are fair coins: of 40, fewer than 10 or more than 30 comes in one of 1,000 seeds.");
        ana.Count(one => bo.Single(two => two.Prompt == one.Prompt).Outputs[0] == one.Outputs[0]).ShouldBeInRange(8, 32);

        static (string, string) Shown(RatingAssignment assignment) => (assignment.Prompt, assignment.Outputs[0]);
    }

    [Fact]
    public async Task A_preference_is_kept_by_output_whatever_side_it_stood_on()
    {
        await Store.CreateAsync(RatingBench.Pairs(30, raters: 1), Stop);

        await _bench.RateAllAsync("Ana", assignment => assignment.Outputs[0].StartsWith("beta", StringComparison.Ordinal) ? RatingQuestion.Left : RatingQuestion.Right);

        var records = (await Store.ReadResultsAsync("tone", unblinds: true, Stop)).Records;
        records.ShouldAllBe(record => record.Value(RatingQuestion.Preference) == RatingRecord.Second && record.Item.Outputs[1].Candidate == "beta");
        records.Select(record => record.LeftPlace).Distinct().Count().ShouldBe(2);
    }

    [Fact]
    public async Task Repeats_come_with_swapped_sides_after_others_and_take_nobodys_place()
    {
        await Store.CreateAsync(RatingBench.Pairs(40, raters: 1, repeats: 0.3), Stop);

        var seen = await _bench.RateAllAsync("Ana", _ => RatingQuestion.Left);

        var repeats = seen.GroupBy(assignment => assignment.Prompt).Where(group => group.Count() == 2).ToArray();
        repeats.Length.ShouldBeInRange(5, 20);
        seen.Count.ShouldBe(40 + repeats.Length);
        repeats.ShouldAllBe(pair => pair.Last().Outputs[0] == pair.First().Outputs[1] && pair.Last().Number - pair.First().Number > 5);
        var results = await Store.ReadResultsAsync("tone", unblinds: true, Stop);
        results.Progress.ShouldBe(new RatingProgress(40, 40, 40, 40, repeats.Length, 0, 0, 1));
        foreach (var item in results.Records.Where(record => record.IsRepeat))
        {
            // "Left" both times, sides swapped: the rater contradicted themself, and the records say so.
            results.Records.Single(first => first.ItemNumber == item.ItemNumber && !first.IsRepeat).Value(RatingQuestion.Preference).ShouldNotBe(item.Value(RatingQuestion.Preference));
        }
    }

    [Fact]
    public async Task An_item_stays_before_its_rater_until_the_reservation_ends_and_then_goes_to_another()
    {
        await Store.CreateAsync(RatingBench.Pairs(1, raters: 1), Stop);
        var first = (await Store.NextAsync("tone", "Ana", Stop)).Assignment.ShouldNotBeNull();

        (await Store.NextAsync("tone", "Bo", Stop)).ShouldBe(new RatingTurn(null, 0, 0, 0, true), "Ana may yet leave it.");
        _bench.Clock.Move(TimeSpan.FromMinutes(29));
        (await Store.NextAsync("tone", "Ana", Stop)).Assignment.ShouldNotBeNull().Id.ShouldBe(first.Id);
        _bench.Clock.Move(TimeSpan.FromMinutes(29)); // Asking made it longer.
        (await Store.NextAsync("tone", "Bo", Stop)).Assignment.ShouldBeNull();
        _bench.Clock.Move(TimeSpan.FromMinutes(1));
        var second = (await Store.NextAsync("tone", "Bo", Stop)).Assignment.ShouldNotBeNull();
        second.Prompt.ShouldBe(first.Prompt);

        var late = await Should.ThrowAsync<RegistryException>(() => Store.RateAsync("tone", "Ana", first.Id, RatingBench.Prefer("left"), Stop));
        late.Code.ShouldBe("REG0087");
        (await Store.NextAsync("tone", "Ana", Stop)).Assignment.ShouldBeNull();
        _bench.Clock.Move(TimeSpan.FromMinutes(31)); // Bo left too; Ana's first assignment goes on.
        (await Store.NextAsync("tone", "Ana", Stop)).Assignment.ShouldNotBeNull().Id.ShouldBe(first.Id);
        await Store.RateAsync("tone", "Ana", first.Id, RatingBench.Prefer("left"), Stop);
        (await Should.ThrowAsync<RegistryException>(() => Store.RateAsync("tone", "Bo", second.Id, RatingBench.Prefer("left"), Stop))).Code.ShouldBe("REG0087");
    }

    [Fact]
    public async Task A_rating_that_comes_late_counts_where_nobody_took_the_place()
    {
        await Store.CreateAsync(RatingBench.Pairs(1, raters: 1), Stop);
        var only = (await Store.NextAsync("tone", "Ana", Stop)).Assignment.ShouldNotBeNull();
        _bench.Clock.Move(TimeSpan.FromHours(9));

        await Store.RateAsync("tone", "Ana", only.Id, RatingBench.Prefer("tie"), Stop);

        (await Store.FindAsync("tone", Stop)).ShouldNotBeNull().Progress.Complete.ShouldBe(1);
    }

    [Fact]
    public async Task Undo_brings_the_last_back_with_what_was_said_and_the_history_keeps_all()
    {
        await Store.CreateAsync(RatingBench.Pairs(5, raters: 1), Stop);
        var seen = await _bench.RateAllAsync("Ana", _ => RatingQuestion.Left, most: 2);
        var present = (await Store.NextAsync("tone", "Ana", Stop)).Assignment.ShouldNotBeNull();

        var undone = (await Store.UndoAsync("tone", "Ana", Stop)).Assignment.ShouldNotBeNull();
        undone.Id.ShouldBe(seen[1].Id);
        undone.Outputs.ShouldBe(seen[1].Outputs, "Sides stay where they were.");
        undone.Answer.ShouldNotBeNull().Values[RatingQuestion.Preference].ShouldBe("left");
        (await Store.ReadResultsAsync("tone", unblinds: true, Stop)).Records.Count.ShouldBe(1);
        _bench.Reopen();
        (await Store.NextAsync("tone", "Ana", Stop)).Assignment.ShouldNotBeNull().Id.ShouldBe(undone.Id, "What was undone comes before what is new.");
        (await Store.UndoAsync("tone", "Ana", Stop)).Assignment.ShouldNotBeNull().Id.ShouldBe(seen[0].Id);
        (await Should.ThrowAsync<RegistryException>(() => Store.UndoAsync("tone", "Ana", Stop))).Code.ShouldBe("REG0088");

        await Store.RateAsync("tone", "Ana", seen[0].Id, RatingBench.Prefer("right"), Stop);
        await Store.RateAsync("tone", "Ana", seen[1].Id, RatingBench.Prefer("tie"), Stop);
        (await Store.NextAsync("tone", "Ana", Stop)).Assignment.ShouldNotBeNull().Id.ShouldBe(present.Id);
        var records = (await Store.ReadResultsAsync("tone", unblinds: true, Stop)).Records;
        records.Select(record => (record.Number, record.Revisions)).OrderBy(pair => pair.Number).ShouldBe([(1, 1), (2, 1)]);
        (await ActsAsync(seen[1].Id)).ShouldBe(["given", "rated", "undone", "rated"]);
    }

    [Fact]
    public async Task An_own_rating_may_be_changed_and_one_that_is_sent_twice_counts_once()
    {
        await Store.CreateAsync(RatingBench.Pairs(2, raters: 1), Stop);
        var seen = await _bench.RateAllAsync("Ana", _ => RatingQuestion.Left);

        await Store.RateAsync("tone", "Ana", seen[0].Id, RatingBench.Prefer("left"), Stop);
        await Store.RateAsync("tone", "ANA", seen[0].Id, RatingBench.Prefer("both_bad", "neither helps"), Stop);

        (await ActsAsync(seen[0].Id)).ShouldBe(["given", "rated", "rated"]);
        (await Store.ReadOwnAsync("tone", "Ana", Stop)).Single(own => own.Id == seen[0].Id).Answer.ShouldNotBeNull().Comment.ShouldBe("neither helps");
        (await Should.ThrowAsync<RegistryException>(() => Store.RateAsync("tone", "Bo", seen[0].Id, RatingBench.Prefer("left"), Stop))).Code.ShouldBe("REG0086");
    }

    [Fact]
    public async Task A_skipped_item_goes_to_others_and_never_back_unless_undone()
    {
        await Store.CreateAsync(RatingBench.Pairs(1, raters: 1), Stop);
        var item = (await Store.NextAsync("tone", "Ana", Stop)).Assignment.ShouldNotBeNull();

        (await Should.ThrowAsync<RegistryException>(() => Store.SkipAsync("tone", "Ana", item.Id, "  ", Stop))).Code.ShouldBe("REG0085");
        await Store.SkipAsync("tone", "Ana", item.Id, "not my language", Stop);

        (await Store.NextAsync("tone", "Ana", Stop)).ShouldBe(new RatingTurn(null, 0, 1, 0, false));
        (await Store.NextAsync("tone", "Bo", Stop)).Assignment.ShouldNotBeNull();
        (await Should.ThrowAsync<RegistryException>(() => Store.UndoAsync("tone", "Ana", Stop))).Code.ShouldBe("REG0087");
        _bench.Clock.Move(TimeSpan.FromHours(1));
        (await Store.UndoAsync("tone", "Ana", Stop)).Assignment.ShouldNotBeNull().Id.ShouldBe(item.Id);
    }

    [Fact]
    public async Task A_draft_outlives_the_process_and_keeps_the_item_longer()
    {
        await Store.CreateAsync(RatingBench.Pairs(1, raters: 1), Stop);
        var item = (await Store.NextAsync("tone", "Ana", Stop)).Assignment.ShouldNotBeNull();
        _bench.Clock.Move(TimeSpan.FromMinutes(25));

        await Store.SaveDraftAsync("tone", "Ana", item.Id, new RatingAnswer(new Dictionary<string, string>(), [], "the left one is wr"), Stop);
        _bench.Reopen();
        _bench.Clock.Move(TimeSpan.FromMinutes(25));

        (await Store.NextAsync("tone", "Bo", Stop)).Assignment.ShouldBeNull();
        (await Store.NextAsync("tone", "Ana", Stop)).Assignment.ShouldNotBeNull().Answer.ShouldNotBeNull().Comment.ShouldBe("the left one is wr");
    }

    [Fact]
    public async Task A_closed_campaign_takes_and_gives_nothing_more()
    {
        await Store.CreateAsync(RatingBench.Pairs(2), Stop);
        var item = (await Store.NextAsync("tone", "Ana", Stop)).Assignment.ShouldNotBeNull();
        (await Should.ThrowAsync<RegistryException>(() => Store.ReadResultsAsync("tone", unblinds: false, Stop))).Code.ShouldBe("REG0090");

        (await Store.CloseAsync("tone", Stop)).ClosedAt.ShouldBe(_bench.Clock.GetUtcNow());

        foreach (var act in new Func<Task>[]
                 {
                     () => Store.NextAsync("tone", "Ana", Stop), () => Store.RateAsync("tone", "Ana", item.Id, RatingBench.Prefer("left"), Stop),
                     () => Store.SkipAsync("tone", "Ana", item.Id, "no", Stop), () => Store.UndoAsync("tone", "Ana", Stop), () => Store.SaveDraftAsync("tone", "Ana", item.Id, RatingAnswer.Empty, Stop),
                 })
        {
            (await Should.ThrowAsync<RegistryException>(act)).Code.ShouldBe("REG0084");
        }

        (await Store.ReadResultsAsync("tone", unblinds: false, Stop)).Campaign.UnblindedAt.ShouldBeNull();
        _bench.Clock.Move(TimeSpan.FromDays(1));
        (await Store.CloseAsync("tone", Stop)).ClosedAt.ShouldBe(_bench.Clock.GetUtcNow() - TimeSpan.FromDays(1));
    }

    [Fact]
    public async Task Looking_at_the_results_of_an_open_campaign_is_kept()
    {
        await Store.CreateAsync(RatingBench.Pairs(1), Stop);
        var at = _bench.Clock.GetUtcNow();

        await Store.ReadResultsAsync("tone", unblinds: true, Stop);
        _bench.Clock.Move(TimeSpan.FromDays(1));
        await Store.ReadResultsAsync("tone", unblinds: true, Stop);

        (await Store.FindAsync("tone", Stop)).ShouldNotBeNull().Campaign.UnblindedAt.ShouldBe(at);
    }

    [Fact]
    public async Task Bad_plans_answers_and_names_are_refused_with_all_their_faults()
    {
        var plan = RatingBench.Pairs(2);
        var bad = await Should.ThrowAsync<RegistryException>(() => Store.CreateAsync(plan with { Name = "../x", RatersWanted = 0, RepeatShare = double.NaN, Items = [plan.Items[0], plan.Items[0], plan.Items[1] with { Outputs = [plan.Items[1].Outputs[0], plan.Items[1].Outputs[0]] }] }, Stop));
        bad.Code.ShouldBe("REG0080");
        foreach (var part in new[] { "'../x'", "raters wanted of each item are 0", "repeats is NaN", "items[1]: the row 'row-0'", "items[2]: both outputs are of 'alpha'" })
        {
            bad.Message.ShouldContain(part);
        }

        await Store.CreateAsync(plan, Stop);
        (await Should.ThrowAsync<RegistryException>(() => Store.CreateAsync(plan, Stop))).Code.ShouldBe("REG0083");
        (await Should.ThrowAsync<RegistryException>(() => Store.NextAsync("ton", "Ana", Stop))).Message.ShouldContain("tone");
        foreach (var name in new[] { "", "  ", "a\u0007b", "half \uD800", new string('x', 81), new string(' ', 5000) })
        {
            (await Should.ThrowAsync<RegistryException>(() => Store.NextAsync("tone", name, Stop))).Code.ShouldBe("REG0089");
        }

        var item = (await Store.NextAsync("tone", "Ana", Stop)).Assignment.ShouldNotBeNull();
        var answer = new RatingAnswer(new Dictionary<string, string> { [RatingQuestion.Preference] = "first", ["speed"] = "5" }, ["because"], new string('x', 10_001));
        var refused = await Should.ThrowAsync<RegistryException>(() => Store.RateAsync("tone", "Ana", item.Id, answer, Stop));
        refused.Code.ShouldBe("REG0085");
        foreach (var part in new[] { "'preference' is 'first'", "no question 'speed'", "'because'", "10,001" })
        {
            refused.Message.ShouldContain(part);
        }
    }

    private Task<IReadOnlyList<string>> ActsAsync(string assignment) =>
        _bench.Database.ReadAsync(session => session.Query<string>("SELECT kind FROM rating_acts WHERE assignment = @Id ORDER BY id", new { Id = assignment }), Stop);
}

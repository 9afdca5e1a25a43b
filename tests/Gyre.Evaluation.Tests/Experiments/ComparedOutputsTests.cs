using Gyre.Contracts;
using Gyre.Evaluation.Datasets;
using Gyre.Evaluation.Experiments;
using Gyre.Evaluation.Judges;
using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Recipes;
using Gyre.Evaluation.Reports;
using Gyre.Evaluation.Scorers;
using Gyre.Evaluation.Statistics;
using Gyre.Evaluation.Tests.Judges;

namespace Gyre.Evaluation.Tests.Experiments;

/// <summary>Experiments whose scorers look at more than one answer: other wordings, other candidates, earlier experiments.</summary>
public sealed class ComparedOutputsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gyre-test-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Consistency_asks_every_wording_and_means_all_pairs_of_answers()
    {
        // Three answers to a question: two alike, so one pair of three.
        var steady = new ScriptedCandidate("steady", row => row.Reference);
        var wavering = new ScriptedCandidate("wavering", row => row.Prompt.Contains('2', StringComparison.Ordinal) ? "other" : row.Reference);
        var failing = new ScriptedCandidate("failing", row => row.Prompt.Contains('2', StringComparison.Ordinal) ? throw new InvalidOperationException("away") : "x");
        var plan = Plan([.. Enumerable.Range(0, 4).Select(i => Row($"{i}", ("paraphrase.1", "wording 1"), ("paraphrase.2", "wording 2")))], steady, wavering, failing) with
        {
            AsksParaphrases = true,
            Scorers = [new ScorerPlan(new ConsistencyScorer(MetricCatalogue.Find("exact-match-verbatim")!))],
        };

        var result = await new ExperimentRun(plan).RunAsync(cancellationToken: Token);

        result.Cells[0].Value.Number.ShouldBe(1);
        result.Cells[1].Value.Number.ShouldBe(1 / 3.0, 1e-12);
        (result.Cells[2].Value.IsDefined, result.Cells[2].Reason).ShouldBe((false, "1 of 2 other wordings have no answer: InvalidOperationException: away"));
        (steady.Calls, result.Candidates[0].Rows, result.Candidates[0].Failed).ShouldBe((12, 4L, 0L));
    }

    [Fact]
    public async Task A_row_without_other_wordings_has_no_consistency()
    {
        var plan = Plan([Row("1")], new ScriptedCandidate("a", row => row.Reference)) with { AsksParaphrases = true, Scorers = [new ScorerPlan(new ConsistencyScorer(MetricCatalogue.Find("f1-tokens")!))] };
        (await new ExperimentRun(plan).RunAsync(cancellationToken: Token)).Cells[0].Reason.ShouldContain("no other wordings");
        Should.Throw<ArgumentException>(() => new ConsistencyScorer(MetricCatalogue.Find("levenshtein")!)).Message.ShouldContain("more is better");
    }

    [Fact]
    public async Task A_candidate_is_judged_against_another_one_and_the_judge_is_audited()
    {
        // The judge always prefers the longer answer; "long" wins everywhere, in both orders.
        var judge = new JudgeModel(new ScriptedJudge(messages => ScriptedJudge.Json(
            ScriptedJudge.Section(messages, "first").Length >= ScriptedJudge.Section(messages, "second").Length ? "first" : "second")));
        var recipe = EvaluationRecipe.Parse(
            """
            name: x
            dataset: {file: rows.jsonl}
            judges: [{name: j, model: default}]
            candidates: [{name: short, model: default}, {name: long, model: default}]
            metrics:
              - {scorer: pairwise, judge: j, against: short}
              - {scorer: criterion, judge: j, criterion: kindness, question: Is it kind?, name: kind}
            """);
        var plan = recipe.ToPlan(
            new RowDataset("rows", [.. Enumerable.Range(0, 12).Select(i => Row($"{i}"))], "test"),
            [new ScriptedCandidate("short", row => row.Id), new ScriptedCandidate("long", row => row.Id + " and more")],
            new ScorerSources { Judges = new Dictionary<string, JudgeModel> { ["j"] = judge } },
            null,
            null);

        var result = await new ExperimentRun(plan).RunAsync(cancellationToken: Token);

        result.Cells.Single(cell => cell is { Candidate: "long", Scorer: "pairwise-better-than-short" }).Value.Number.ShouldBe(1);
        result.Cells.Single(cell => cell is { Candidate: "short", Scorer: "pairwise-better-than-short" }).Value.Number.ShouldBe(0.5); // Equal answers are ties.
        var remarks = result.Remarks.ToDictionary(remark => (remark.Scorer, remark.Name));
        remarks[("pairwise-better-than-short", "position")].Value.Number.ShouldBe(0);
        remarks[("pairwise-better-than-short", "position")].Detail.ShouldContain("12 pairs");
        remarks[("pairwise-better-than-short", "verbosity")].Value.Number.ShouldBe(1);
        remarks.ShouldContainKey(("kind", "verbosity"));

        using var file = new MemoryStream();
        ResultFile.Write(file, result);
        file.Position = 0;
        ResultFile.Read(file, "result").Remarks.ShouldBe(result.Remarks);
        using var text = new StringWriter();
        TerminalReport.Write(result, text, 160);
        text.ToString().ShouldContain("about the scorer");
    }

    [Fact]
    public async Task The_answers_of_an_earlier_experiment_are_scored_anew_beside_new_ones()
    {
        DatasetRow[] rows = [.. Enumerable.Range(0, 40).Select(i => Row($"{i}"))];
        await KeepAsync(rows, new ScriptedCandidate("released", row => row.Reference), new ScriptedCandidate("other", _ => "x"));
        var dataset = new RowDataset("rows", rows, "test");

        var released = StoredCandidate.Open("before", _folder, "released", dataset);
        var worse = new ScriptedCandidate("worse", row => int.Parse(row.Id, null) % 3 == 0 ? "wrong" : row.Reference);
        var gate = await new ExperimentRun(Plan(rows, released, worse) with { Scorers = [new ScorerPlan(new ExactMatchScorer()) { Tolerance = 0.02 }] }).RunAsync(cancellationToken: Token);

        gate.Cells.Select(cell => cell.Value.Number).ShouldBe([1, 26 / 40.0]);
        gate.IsGateOpen.ShouldBeFalse();
        StoredCandidate.Open("before", _folder, null, dataset).Digest.ShouldBe(released.Digest); // The baseline is the first.
        StoredCandidate.Open("before", _folder, "other", dataset).Digest.ShouldNotBe(released.Digest);
    }

    [Fact]
    public async Task Answers_to_other_rows_and_unknown_candidates_are_refused()
    {
        DatasetRow[] rows = [Row("1"), Row("2")];
        await KeepAsync(rows, new ScriptedCandidate("released", row => row.Reference));

        Should.Throw<EvaluationException>(() => StoredCandidate.Open("before", _folder, null, new RowDataset("rows", [Row("1")], "test"))).Code.ShouldBe("EVA0019");
        var unknown = Should.Throw<EvaluationException>(() => StoredCandidate.Open("before", _folder, "nobody", new RowDataset("rows", rows, "test")));
        (unknown.Code, unknown.Message.Contains("found released", StringComparison.Ordinal)).ShouldBe(("EVA0019", true));
    }

    [Fact]
    public async Task Given_answers_come_from_the_rows_and_a_missing_one_is_a_failed_call()
    {
        DatasetRow[] rows = [Row("1", ("said", "right 1")), Row("2")];
        var result = await new ExperimentRun(Plan(rows, new GivenCandidate("given", "said")) with { Scorers = [new ScorerPlan(new ExactMatchScorer())] }).RunAsync(cancellationToken: Token);
        (result.Cells[0].Value.Number, result.Cells[0].Count, result.Candidates[0].Failed).ShouldBe((1, 1L, 1L));
    }

    private static ExperimentPlan Plan(IReadOnlyList<DatasetRow> rows, params ICandidate[] candidates) => new()
    {
        Name = "compared",
        Dataset = new RowDataset("rows", rows, "test"),
        Candidates = candidates,
        Scorers = [new ScorerPlan(new ExactMatchScorer())],
        Parallelism = 3,
        Comparison = new ComparisonOptions { Resamples = 200, Seed = 5 },
    };

    private static DatasetRow Row(string id, params (string Name, string Value)[] facts) =>
        new(id, "t", $"question {id}", $"right {id}", facts.ToDictionary(fact => fact.Name, fact => fact.Value, StringComparer.Ordinal), "", "");

    private async Task KeepAsync(IReadOnlyList<DatasetRow> rows, params ICandidate[] candidates)
    {
        var plan = Plan(rows, candidates) with { RowsPath = Path.Combine(_folder, ReportFolder.RowsName) };
        ReportFolder.Write(_folder, await new ExperimentRun(plan).RunAsync(cancellationToken: Token), cancellationToken: Token);
    }
}

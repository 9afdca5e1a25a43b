using Gyre.Evaluation.Experiments;
using Gyre.Evaluation.Reports;
using Gyre.Evaluation.Reports.Examples;

namespace Gyre.Evaluation.Tests.Reports;

public sealed class JoinedRunsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gyre-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Differences_agree_with_one_experiment_of_both_candidates()
    {
        var rows = SampleExperiment.Rows(240);
        var together = await SampleExperiment.RunAsync(rows, null, SampleExperiment.Candidate("default", 0.7, (1, 1)), SampleExperiment.Candidate("few-shot", 0.86, (1, 1)));
        var first = await SampleExperiment.RunAsync(rows, PathOf("a"), SampleExperiment.Candidate("default", 0.7, (1, 1)));
        var second = await SampleExperiment.RunAsync(rows, PathOf("b"), SampleExperiment.Candidate("few-shot", 0.86, (1, 1)));

        var joined = Join(first, second, null);

        joined.LeftOut.ShouldBeEmpty();
        joined.Result.Baseline.ShouldBe("default · A");
        joined.Result.Candidates.Select(candidate => candidate.Name).ShouldBe(["default · A", "few-shot · B"]);
        foreach (var metric in new[] { "exact-match", "length" })
        {
            var expected = together.Comparisons.Single(item => item.Scorer == metric && item.Segment.Length == 0);
            var found = joined.Result.Comparisons.Single(item => item.Scorer == metric);
            found.Comparison.Pairs.ShouldBe(expected.Comparison.Pairs);
            found.Comparison.Difference.Number.ShouldBe(expected.Comparison.Difference.Number, 1e-9);
            found.Comparison.Interval.ShouldNotBeNull().Low.ShouldBe(expected.Comparison.Interval!.Low, 0.25 * (expected.Comparison.Interval.High - expected.Comparison.Interval.Low)); // The one is bootstrapped, the other Student's.
            found.MinimumDetectableEffect.ShouldNotBeNull().ShouldBe(expected.MinimumDetectableEffect!.Value, 1e-9);
            (found.AdjustedPValue <= 0.05).ShouldBe(expected.AdjustedPValue <= 0.05);
        }

        joined.Result.Comparisons.Single(item => item.Scorer == "refused").Comparison.Difference.IsDefined.ShouldBeFalse();
        Join(first, second, "few-shot · B").Result.Comparisons[0].Comparison.Difference.Number.ShouldBe(-joined.Result.Comparisons[0].Comparison.Difference.Number, 1e-12);
        using var written = new MemoryStream();
        ResultFile.Write(written, joined.Result);
        written.Position = 0;
        ResultFile.Read(written, "joined").Candidates.Count.ShouldBe(2); // Its parts belong together.
    }

    [Fact]
    public async Task Without_rows_values_stand_side_by_side_and_no_difference_is_claimed()
    {
        var rows = SampleExperiment.Rows(30);
        var first = await SampleExperiment.RunAsync(rows, null, SampleExperiment.Candidate("default", 0.7, (1, 1)));
        var second = await SampleExperiment.RunAsync(rows, null, SampleExperiment.Candidate("default", 0.8, (1, 1)));

        var joined = JoinedRuns.Of(first, null, second, null, null);

        joined.Result.Cells.Count(cell => cell.Scorer == "exact-match").ShouldBe(2);
        joined.Result.Comparisons.ShouldAllBe(item => !item.Comparison.Difference.IsDefined);
        joined.Result.Comparisons[0].Comparison.Difference.Reason.ShouldNotBeNull().Detail.ShouldContain("rows of one of the runs are not there");
    }

    [Fact]
    public async Task Different_versions_of_a_dataset_are_refused_and_metrics_of_one_run_are_named()
    {
        var first = await SampleExperiment.RunAsync(SampleExperiment.Rows(30), null, SampleExperiment.Candidate("default", 0.7, (1, 1)));
        var other = await SampleExperiment.RunAsync(SampleExperiment.Rows(31), null, SampleExperiment.Candidate("default", 0.7, (1, 1)));

        var error = Should.Throw<EvaluationException>(() => JoinedRuns.Of(first, null, other, null, null));
        error.Code.ShouldBe("EVA0049");
        error.Message.ShouldContain("expected the same version");
        Should.Throw<EvaluationException>(() => JoinedRuns.Of(first, null, first, null, "nobody · A")).Message.ShouldContain("'nobody · A'");
        var changed = first with { Metrics = [first.Metrics[0] with { Scorer = "bleu" }, first.Metrics[1] with { Form = first.Metrics[1].Form with { Source = "another paper" } }, first.Metrics[2]] };
        JoinedRuns.Of(first, null, changed, null, null).LeftOut.ShouldBe(
        [
            "exact-match: only the first has it", "length: it is not the same metric in both (direction, unit, range or source differ)", "bleu: only the second has it",
        ]);
    }

    private string PathOf(string name) => Path.Combine(_folder, name, ReportFolder.RowsName);

    private JoinedRuns Join(ExperimentResult first, ExperimentResult second, string? baseline)
    {
        using var a = ExperimentRows.Open(first, PathOf("a"), Path.Combine(_folder, "a.index"));
        using var b = ExperimentRows.Open(second, PathOf("b"), Path.Combine(_folder, "b.index"));
        return JoinedRuns.Of(first, a, second, b, baseline);
    }
}

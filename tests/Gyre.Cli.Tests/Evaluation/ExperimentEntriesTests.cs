using System.Security.Cryptography;
using Gyre.Cli.Evaluation;
using Gyre.Evaluation.Experiments;
using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Reports;
using Gyre.Evaluation.Statistics;
using Gyre.Registry;
using Gyre.Registry.Experiments;
using Gyre.Server.Hosting;
using Gyre.Storage;

namespace Gyre.Cli.Tests.Evaluation;

public sealed class ExperimentEntriesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gyre-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_run_is_recorded_with_its_figures_and_the_digest_of_its_result()
    {
        var (data, run) = (Path.Combine(_folder, "data"), Path.Combine(_folder, "run"));
        ResultFile.Save(Path.Combine(run, ReportFolder.ResultName), Result());
        using var errors = new StringWriter();

        var id = await ExperimentEntries.RecordAsync(data, run, Result(), TimeProvider.System.GetUtcNow(), TimeProvider.System, new RandomIdSource(), errors, TestContext.Current.CancellationToken);

        errors.ToString().ShouldBeEmpty();
        using var database = Database.Open(Path.Combine(data, "gyre.db"), [RegistryTables.Migrations()], TimeProvider.System);
        var entry = (await new ExperimentStore(database, new RandomIdSource()).FindAsync(id.ShouldNotBeNull(), TestContext.Current.CancellationToken)).ShouldNotBeNull();
        entry.Run.FileDigest.ShouldBe(Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(entry.Path, TestContext.Current.CancellationToken))));
        (entry.Run.Name, entry.Run.DatasetDigest, entry.Run.Rows, entry.Run.Passed, entry.Run.GateOpen, entry.Run.Folder).ShouldBe(("n", "d1", 3L, true, null, run));
        entry.Run.Figures.ShouldBe([new ExperimentFigure("a", "s", "share", "higherIsBetter", 0.5, 0.4, 0.6, "")]);
    }

    [Fact]
    public async Task Without_a_folder_nothing_is_recorded_and_a_failure_is_told_and_no_error()
    {
        using var errors = new StringWriter();

        (await ExperimentEntries.RecordAsync(_folder, null, Result(), default, TimeProvider.System, new RandomIdSource(), errors, TestContext.Current.CancellationToken)).ShouldBeNull();
        errors.ToString().ShouldBeEmpty();
        File.Exists(Path.Combine(_folder, "gyre.db")).ShouldBeFalse();

        (await ExperimentEntries.RecordAsync(_folder, Path.Combine(_folder, "nowhere"), Result(), default, TimeProvider.System, new RandomIdSource(), errors, TestContext.Current.CancellationToken)).ShouldBeNull();
        errors.ToString().ShouldStartWith("The run is not listed in the console: ");
    }

    private static ExperimentResult Result() => new(
        "n", "d", "d1", "p", 3, "a", [new CandidateSummary("a", "c1", 3, 0, 0, 0, 0, null, null, null, 0)],
        [new ExperimentCell("s", null, "", "a", 3, 0, MetricValue.Of(0.5), new Interval(0.4, 0.6, 0.95, "wilson"), "", null)], [])
    {
        Metrics = [new ExperimentMetric("s", null, MetricForm.Share("these tests"), null, null)],
        Comparison = new ComparisonOptions(),
    };
}

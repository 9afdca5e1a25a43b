using System.Globalization;
using System.Security.Cryptography;
using Gyre.Cli.Datasets;
using Gyre.Contracts;
using Gyre.Evaluation.Benchmarks;
using Gyre.Evaluation.Experiments;
using Gyre.Evaluation.Recipes;
using Gyre.Evaluation.Reports;
using Gyre.Registry;
using Gyre.Registry.Datasets;
using Gyre.Registry.Experiments;
using Gyre.Storage;
using BenchmarkReport = Gyre.Evaluation.Benchmarks.BenchmarkReport;

namespace Gyre.Cli.Evaluation;

/// <summary>Records finished runs in the data folder, so that the console lists them.</summary>
/// <remarks>A run that cannot be recorded is told on standard error and keeps its exit code: its files are written by then.</remarks>
internal static class ExperimentEntries
{
    /// <summary>Records an experiment whose files lie in a folder.</summary>
    /// <param name="dataFolder">The data folder; made when it is not there.</param>
    /// <param name="folder">Where the files are; null when nothing was written, and then nothing is recorded.</param>
    /// <param name="result">What was found.</param>
    /// <param name="startedAt">When the run began.</param>
    /// <param name="clock">Tells when it ended.</param>
    /// <param name="ids">Gives the run its id.</param>
    /// <param name="errors">Takes the sentence when it cannot be recorded.</param>
    /// <param name="cancellationToken">Ends the wait for the database.</param>
    /// <returns>The run's id; null when it was not recorded.</returns>
    public static Task<string?> RecordAsync(
        string dataFolder, string? folder, ExperimentResult result, DateTimeOffset startedAt, TimeProvider clock, IIdSource ids, TextWriter errors, CancellationToken cancellationToken) =>
        folder is null ? Task.FromResult<string?>(null) : RecordAsync(dataFolder, () => Of(folder, result, startedAt, clock), ids, errors, cancellationToken);

    /// <summary>Records a benchmark's run whose files lie in a folder.</summary>
    public static Task<string?> RecordAsync(
        string dataFolder, string? folder, BenchmarkResult result, DateTimeOffset startedAt, TimeProvider clock, IIdSource ids, TextWriter errors, CancellationToken cancellationToken) =>
        folder is null ? Task.FromResult<string?>(null) : RecordAsync(dataFolder, () => Of(folder, result, startedAt, clock), ids, errors, cancellationToken);

    /// <summary>Notes that a recorded run used a version of the registry, which cannot be deleted from then on.</summary>
    /// <param name="dataFolder">The data folder.</param>
    /// <param name="dataset">Where the run's rows come from; other kinds than the registry's note nothing.</param>
    /// <param name="id">The run's id; null when it was not recorded.</param>
    /// <param name="cancellationToken">Ends the wait for the database.</param>
    public static async Task RecordUseAsync(string dataFolder, DatasetRecipe dataset, string? id, CancellationToken cancellationToken)
    {
        if (dataset is RegistryDatasetRecipe registry && id is not null)
        {
            using var datasets = CliDatasets.Open(dataFolder);
            await datasets.Store.RecordUseAsync(DatasetReference.Parse(registry.Reference), "experiment", id, cancellationToken);
        }
    }

    private static async Task<string?> RecordAsync(string dataFolder, Func<ExperimentRecord> record, IIdSource ids, TextWriter errors, CancellationToken cancellationToken)
    {
        try
        {
            Directory.CreateDirectory(dataFolder);
            using var database = Database.Open(DataFolder.DatabaseOf(dataFolder), [RegistryTables.Migrations()], TimeProvider.System);
            return (await new ExperimentStore(database, ids).AddAsync(record(), cancellationToken)).Id;
        }
        catch (Exception error) when (error is GyreException or IOException or UnauthorizedAccessException)
        {
            await errors.WriteLineAsync($"The run is not listed in the console: {error.Message}{(error is GyreException coded ? $" ({coded.Code})" : "")}");
            return null;
        }
    }

    private static ExperimentRecord Of(string folder, ExperimentResult result, DateTimeOffset startedAt, TimeProvider clock) => new()
    {
        Kind = ExperimentKind.Experiment,
        Name = Clip(result.Name),
        StartedAt = startedAt,
        EndedAt = Ended(startedAt, clock),
        Dataset = Clip(result.Dataset),
        DatasetDigest = result.DatasetDigest,
        Rows = result.Rows,
        Baseline = result.Candidates.Count > 1 ? Clip(result.Baseline) : "",
        Passed = result.Passed,
        GateOpen = result.Gates.Count == 0 ? null : result.IsGateOpen,
        Folder = Path.GetFullPath(folder),
        File = ReportFolder.ResultName,
        FileDigest = DigestOf(Path.Combine(folder, ReportFolder.ResultName)),
        Candidates = [.. result.Candidates.Take(ExperimentRecord.MostCandidates).Select(candidate => new ExperimentCandidate(Clip(candidate.Name), candidate.Digest))],
        Figures = [.. Figures(result).Take(ExperimentRecord.MostFigures)],
    };

    private static IEnumerable<ExperimentFigure> Figures(ExperimentResult result) =>
        from metric in result.Metrics
        from cell in result.Cells
        where cell.Scorer == metric.Scorer && cell.Task == metric.Task && cell.Segment.Length == 0
        select new ExperimentFigure(
            Clip(cell.Candidate),
            Clip(metric.Task is null ? metric.Scorer : $"{metric.Scorer} ({metric.Task})"),
            Camel(metric.Form.Unit.ToString()),
            Camel(metric.Form.Direction.ToString()),
            cell.Value.IsDefined ? cell.Value.Number : null,
            cell.Interval?.Low,
            cell.Interval?.High,
            cell.Value.IsDefined ? "" : Clip(cell.Value.Reason.Detail));

    private static ExperimentRecord Of(string folder, BenchmarkResult result, DateTimeOffset startedAt, TimeProvider clock)
    {
        var headline = result.Measures[0];
        return new ExperimentRecord
        {
            Kind = ExperimentKind.Benchmark,
            Name = Clip(result.Definition.Name),
            Version = result.Definition.Version.ToString(CultureInfo.InvariantCulture),
            Settings = Clip(Settings(result)),
            StartedAt = startedAt,
            EndedAt = Ended(startedAt, clock),
            Dataset = Clip(result.Definition.Title),
            DatasetDigest = result.Definition.Digest,
            Rows = result.Answered,
            LeftOut = result.Outcomes.Count - result.Answered,
            Passed = result.Answered > 0,
            Folder = Path.GetFullPath(folder),
            File = BenchmarkReport.ResultName,
            FileDigest = DigestOf(Path.Combine(folder, BenchmarkReport.ResultName)),
            Candidates = [new ExperimentCandidate(Clip(result.Model), result.ModelDigest)],
            Figures =
            [
                new ExperimentFigure(
                    Clip(result.Model),
                    headline.Measure.Label,
                    Camel(headline.Form.Unit.ToString()),
                    Camel(headline.Measure.Direction.ToString()),
                    headline.Value.IsDefined ? headline.Value.Number : null,
                    headline.Interval?.Low,
                    headline.Interval?.High,
                    headline.Value.IsDefined ? "" : Clip(headline.Value.Reason.Detail)),
            ],
        };
    }

    /// <summary>What must be equal for two runs to be comparable.</summary>
    private static string Settings(BenchmarkResult result) => string.Join(", ", new[]
    {
        result.Shots == 1 ? "1 example" : $"{result.Shots} examples",
        result.ByGeneration ? "answers named by letter" : "",
        result.Limit is { } limit ? $"at most {limit} items of a subject" : "",
        result.ChosenSubjects.Count > 0 ? $"only {string.Join(" and ", result.ChosenSubjects)}" : "",
        result.Perturbation is { } perturbation ? $"questions changed by {perturbation}" : "",
    }.Where(part => part.Length > 0));

    private static DateTimeOffset Ended(DateTimeOffset startedAt, TimeProvider clock) => clock.GetUtcNow() is var now && now > startedAt ? now : startedAt; // A clock may be set back.

    private static string DigestOf(string path)
    {
        using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    private static string Camel(string name) => char.ToLowerInvariant(name[0]) + name[1..];

    private static string Clip(string text) => text.Length <= ExperimentRecord.MostCharacters ? text : text[..(ExperimentRecord.MostCharacters - 1)] + "…";
}

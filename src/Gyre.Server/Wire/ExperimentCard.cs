using System.ComponentModel;
using Gyre.Registry.Experiments;

namespace Gyre.Server.Wire;

/// <summary>A recorded run.</summary>
[Description("A recorded run of an experiment or a benchmark.")]
internal sealed record ExperimentCard
{
    [Description("Its id.")]
    public required string Id { get; init; }

    [Description("experiment or benchmark.")]
    public required string Kind { get; init; }

    [Description("The experiment's name, or the benchmark's.")]
    public required string Name { get; init; }

    [Description("The benchmark's version; empty for experiments.")]
    public required string Version { get; init; }

    [Description("What else must be equal for results to be comparable; empty for experiments.")]
    public required string Settings { get; init; }

    [Description("When it began.")]
    public required DateTimeOffset StartedAt { get; init; }

    [Description("When it ended.")]
    public required DateTimeOffset EndedAt { get; init; }

    [Description("The dataset's name.")]
    public required string Dataset { get; init; }

    [Description("The dataset's version, or the digest of the benchmark's definition.")]
    public required string DatasetDigest { get; init; }

    [Description("Rows or items that were measured.")]
    public required long Rows { get; init; }

    [Description("Items without a result.")]
    public required long LeftOut { get; init; }

    [Description("The candidate that others are compared with; empty without one.")]
    public required string Baseline { get; init; }

    [Description("Whether every demand was met and no call failed.")]
    public required bool Passed { get; init; }

    [Description("Whether the gate is open; null when nothing was gated.")]
    public required bool? GateOpen { get; init; }

    [Description("The folder of its files.")]
    public required string Folder { get; init; }

    [Description("Its main file in that folder.")]
    public required string File { get; init; }

    [Description("SHA-256 of that file when it was recorded.")]
    public required string FileDigest { get; init; }

    [Description("What was measured.")]
    public required IReadOnlyList<Candidate> Candidates { get; init; }

    [Description("Headline numbers, the first first.")]
    public required IReadOnlyList<Figure> Figures { get; init; }

    public static ExperimentCard Of(ExperimentEntry entry) => new()
    {
        Id = entry.Id,
        Kind = entry.Run.Kind == ExperimentKind.Benchmark ? "benchmark" : "experiment",
        Name = entry.Run.Name,
        Version = entry.Run.Version,
        Settings = entry.Run.Settings,
        StartedAt = entry.Run.StartedAt,
        EndedAt = entry.Run.EndedAt,
        Dataset = entry.Run.Dataset,
        DatasetDigest = entry.Run.DatasetDigest,
        Rows = entry.Run.Rows,
        LeftOut = entry.Run.LeftOut,
        Baseline = entry.Run.Baseline,
        Passed = entry.Run.Passed,
        GateOpen = entry.Run.GateOpen,
        Folder = entry.Run.Folder,
        File = entry.Run.File,
        FileDigest = entry.Run.FileDigest,
        Candidates = [.. entry.Run.Candidates.Select(candidate => new Candidate { Name = candidate.Name, Digest = candidate.Digest })],
        Figures = [.. entry.Run.Figures.Select(figure => new Figure { Candidate = figure.Candidate, Metric = figure.Metric, Unit = figure.Unit, Direction = figure.Direction, Value = figure.Value, Low = figure.Low, High = figure.High, Reason = figure.Reason })],
    };

    [Description("What was measured: a candidate, or a model.")]
    internal sealed record Candidate
    {
        [Description("Its name.")]
        public required string Name { get; init; }

        [Description("A digest of everything that decides its answers.")]
        public required string Digest { get; init; }
    }

    [Description("A headline number.")]
    internal sealed record Figure
    {
        [Description("Whose it is.")]
        public required string Candidate { get; init; }

        [Description("What it measures.")]
        public required string Metric { get; init; }

        [Description("share, points, number or count.")]
        public required string Unit { get; init; }

        [Description("higherIsBetter or lowerIsBetter.")]
        public required string Direction { get; init; }

        [Description("The number; null when there is none.")]
        public required double? Value { get; init; }

        [Description("The lower end of its interval.")]
        public required double? Low { get; init; }

        [Description("The upper end.")]
        public required double? High { get; init; }

        [Description("Why there is no number; empty when there is one.")]
        public required string Reason { get; init; }
    }
}

using System.ComponentModel;

namespace Gyre.Server.Wire;

/// <summary>What models reached on benchmarks: the newest run of each model on each benchmark.</summary>
[Description("What models reached on benchmarks: the newest run of each model, version and settings.")]
internal sealed record BenchmarkMatrixView
{
    [Description("The models, by name and digest.")]
    public required IReadOnlyList<ExperimentCard.Candidate> Models { get; init; }

    [Description("A line a benchmark, version and settings.")]
    public required IReadOnlyList<Line> Benchmarks { get; init; }

    [Description("True when only the newest 1,000 runs were looked at.")]
    public required bool IsPartial { get; init; }

    [Description("A benchmark with what models reached on it.")]
    internal sealed record Line
    {
        [Description("Its name.")]
        public required string Name { get; init; }

        [Description("Its version.")]
        public required string Version { get; init; }

        [Description("How it was asked.")]
        public required string Settings { get; init; }

        [Description("The newest run of each model that has one.")]
        public required IReadOnlyList<ExperimentCard> Runs { get; init; }
    }
}

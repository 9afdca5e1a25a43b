using Gyre.Registry.Experiments;

namespace Gyre.Server.Experiments;

/// <summary>What models reached on benchmarks: of several runs of a model on the same benchmark, version and settings, the newest.</summary>
/// <param name="Models">Models by name, then digest.</param>
/// <param name="Lines">Benchmarks by name, version and settings.</param>
/// <param name="IsPartial">True when older runs were not looked at.</param>
public sealed record BenchmarkMatrix(IReadOnlyList<ExperimentCandidate> Models, IReadOnlyList<BenchmarkMatrix.Line> Lines, bool IsPartial)
{
    /// <param name="entries">Runs of benchmarks, newest first.</param>
    /// <param name="isPartial">True when there are older ones.</param>
    public static BenchmarkMatrix Of(IReadOnlyList<ExperimentEntry> entries, bool isPartial)
    {
        var models = entries.Select(entry => entry.Run.Candidates[0]).Distinct().OrderBy(model => model.Name, StringComparer.Ordinal).ThenBy(model => model.Digest, StringComparer.Ordinal);
        var lines = entries.GroupBy(entry => (entry.Run.Name, entry.Run.Version, entry.Run.Settings, entry.Run.DatasetDigest))
            .OrderBy(group => group.Key.Name, StringComparer.Ordinal).ThenBy(group => group.Key.Version, StringComparer.Ordinal).ThenBy(group => group.Key.Settings, StringComparer.Ordinal)
            .Select(group => new Line(group.Key.Name, group.Key.Version, group.Key.Settings, group.GroupBy(entry => entry.Run.Candidates[0]).ToDictionary(runs => runs.Key, runs => runs.First()), group.Count()));
        return new BenchmarkMatrix([.. models], [.. lines], isPartial);
    }

    /// <summary>A benchmark.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Version">Its version.</param>
    /// <param name="Settings">How it was asked.</param>
    /// <param name="Runs">The newest run of each model that has one.</param>
    /// <param name="Count">All its runs, older ones too.</param>
    public sealed record Line(string Name, string Version, string Settings, IReadOnlyDictionary<ExperimentCandidate, ExperimentEntry> Runs, int Count);
}

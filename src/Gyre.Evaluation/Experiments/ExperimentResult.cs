using Gyre.Evaluation.Statistics;

namespace Gyre.Evaluation.Experiments;

/// <summary>What an experiment found.</summary>
/// <param name="Name">The experiment's name.</param>
/// <param name="Dataset">The dataset's name.</param>
/// <param name="DatasetDigest">Its version.</param>
/// <param name="Provenance">Where its rows are from.</param>
/// <param name="Rows">How many rows.</param>
/// <param name="Baseline">The candidate that others are compared with.</param>
/// <param name="Candidates">What the calls took, in the order of the plan.</param>
/// <param name="Cells">Values: by part of the rows, then scorer, then candidate, in the order of the plan.</param>
/// <param name="Comparisons">Differences, in the same order.</param>
public sealed record ExperimentResult(
    string Name,
    string Dataset,
    string DatasetDigest,
    string Provenance,
    long Rows,
    string Baseline,
    IReadOnlyList<CandidateSummary> Candidates,
    IReadOnlyList<ExperimentCell> Cells,
    IReadOnlyList<ExperimentComparison> Comparisons)
{
    /// <summary>What was measured, in the order of the plan: units, directions, demands, tolerances.</summary>
    public required IReadOnlyList<ExperimentMetric> Metrics { get; init; }

    /// <summary>Seed, confidence and resamples of the intervals and tests.</summary>
    public required ComparisonOptions Comparison { get; init; }

    /// <summary>What the gate says, for scorers with a tolerance: by candidate, then in the order of the plan.</summary>
    public IReadOnlyList<GateCheck> Gates { get; init; } = [];

    /// <summary>The candidate that is chosen; null when the experiment was not asked to choose.</summary>
    public ExperimentChoice? Choice { get; init; }

    /// <summary>What is known of the scorers themselves, such as a judge's agreement with people and its leanings.</summary>
    public IReadOnlyList<ScorerRemark> Remarks { get; init; } = [];

    /// <summary>True when no gated metric failed or could not be shown, and no call failed.</summary>
    public bool IsGateOpen => Candidates.All(candidate => candidate.Failed == 0) && Gates.All(check => check.Verdict == GateVerdict.Passed);

    /// <summary>True when every demand is met and no call failed.</summary>
    public bool Passed => Candidates.All(candidate => candidate.Failed == 0) && Cells.All(cell => cell.IsMet is not false);
}

using Gyre.Training.Loop;
using Gyre.Training.Reports;

namespace Gyre.Training.Alignment;

/// <summary>What an alignment ended with.</summary>
/// <param name="Training">Steps, losses, time, folders.</param>
/// <param name="Report">What changed against the base on held-out data; null when the run was interrupted or nothing was held out.</param>
/// <param name="Dropped">Rows that were left out as too long or contradictory.</param>
public sealed record AlignmentResult(TrainingResult Training, AlignmentReport? Report, int Dropped)
{
    /// <summary>The recipe's held-out tasks before and after; empty when it names none.</summary>
    public IReadOnlyList<TaskOutcome> Tasks { get; init; } = [];
}

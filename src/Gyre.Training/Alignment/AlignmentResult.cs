using Gyre.Training.Finetuning;
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

    /// <summary>What the run was expected to take.</summary>
    public required MemoryEstimate Memory { get; init; }

    /// <summary>The most bytes that tensors took while it learned.</summary>
    public required long PeakBytes { get; init; }

    /// <summary>Tasks that are not shown to be kept: the interval of a scorer's difference reaches to the margin or below it, or there is none.</summary>
    /// <param name="margin">How far below zero an interval may lie.</param>
    public IReadOnlyList<string> Lost(double margin) =>
        [.. Tasks.Where(task => task is { Measure: not TaskScores.Perplexity, HigherIsBetter: true } && !(task.Low > -margin)).Select(task => $"{task.Task} ({task.Measure})")];
}

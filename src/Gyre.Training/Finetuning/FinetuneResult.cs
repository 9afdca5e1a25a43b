using Gyre.Training.Loop;
using Gyre.Training.Reports;

namespace Gyre.Training.Finetuning;

/// <summary>What a fine-tuning ended with.</summary>
public sealed record FinetuneResult
{
    /// <summary>Steps, losses, time and folders.</summary>
    public required TrainingResult Training { get; init; }

    /// <summary>All numbers of the model, the adapter's included.</summary>
    public required long AllParameters { get; init; }

    /// <summary>Before and after on the report's tasks; empty without a report and for an interrupted run.</summary>
    public required IReadOnlyList<TaskOutcome> Report { get; init; }

    /// <summary>Confidence of the report's intervals.</summary>
    public required double Confidence { get; init; }

    /// <summary>What the run was expected to take.</summary>
    public required MemoryEstimate Memory { get; init; }

    /// <summary>The most bytes that tensors took.</summary>
    public required long PeakBytes { get; init; }

    /// <summary>Training examples that were longer than a row and left out; null when a resumed run did not read them again.</summary>
    public required int? Dropped { get; init; }
}

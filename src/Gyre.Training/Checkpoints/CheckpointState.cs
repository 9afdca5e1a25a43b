using Gyre.Training.Packing;

namespace Gyre.Training.Checkpoints;

/// <summary>Everything of a run but its weights and moments, as <c>state.json</c> holds it.</summary>
internal sealed record CheckpointState
{
    public int Format { get; init; } = 1;

    /// <summary>The number of optimiser steps done.</summary>
    public required int Step { get; init; }

    /// <summary>The next row of the data.</summary>
    public required BatchPosition Position { get; init; }

    /// <summary>The state of the source that seeds the samples.</summary>
    public required IReadOnlyList<ulong> SampleRandom { get; init; }

    /// <summary>Positions seen so far, padding left out.</summary>
    public required long Tokens { get; init; }

    /// <summary>Wall time so far, summed over resumptions.</summary>
    public required double ElapsedSeconds { get; init; }

    /// <summary>The running average of the loss: its sum and its weight.</summary>
    public required double LossSum { get; init; }

    public required double LossWeight { get; init; }

    /// <summary>The lowest validation loss so far; null before the first measurement.</summary>
    public required double? BestLoss { get; init; }

    /// <summary>The step of <see cref="BestLoss"/>; 0 before the first measurement.</summary>
    public required int BestStep { get; init; }

    /// <summary>The last validation loss.</summary>
    public required double? ValidationLoss { get; init; }

    /// <summary>The validation loss that patience counts from; null before the first measurement.</summary>
    public required double? PatienceLoss { get; init; }

    /// <summary>Measurements since the last improvement that counts.</summary>
    public required int WithoutImprovement { get; init; }

    /// <summary>True when the run was ended by its patience or its last step.</summary>
    public required bool IsFinished { get; init; }

    /// <summary>SHA-256 of each file beside this one, by file name.</summary>
    public IReadOnlyDictionary<string, string> Digests { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}

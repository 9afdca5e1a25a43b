using Gyre.Training.Runs;

namespace Gyre.Training.Loop;

/// <summary>What a run ended with.</summary>
public sealed record TrainingResult
{
    /// <summary>Why it ended.</summary>
    public required TrainingEnd End { get; init; }

    /// <summary>The run folder.</summary>
    public required string Folder { get; init; }

    /// <summary>The folder of the exported model; empty when the run was interrupted.</summary>
    public required string ModelFolder { get; init; }

    /// <summary>The optimiser steps done.</summary>
    public required int Step { get; init; }

    /// <summary>The running average of the training loss.</summary>
    public required double SmoothedLoss { get; init; }

    /// <summary>The lowest validation loss; null when never measured.</summary>
    public required double? BestValidationLoss { get; init; }

    /// <summary>The step of the lowest validation loss.</summary>
    public required int BestStep { get; init; }

    /// <summary>Positions seen, padding left out.</summary>
    public required long Tokens { get; init; }

    /// <summary>Number of trained numbers.</summary>
    public required long Parameters { get; init; }

    /// <summary>Wall time, summed over resumptions.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>The result of a trainer that has run.</summary>
    /// <param name="end">Why it ended.</param>
    /// <param name="folder">The run folder.</param>
    /// <param name="trainer">What has run.</param>
    /// <param name="parameters">Number of trained numbers.</param>
    /// <param name="written">Where the result lies when the run was not interrupted; null for the folder's model.</param>
    internal static TrainingResult Of(TrainingEnd end, RunFolder folder, Trainer trainer, long parameters, string? written = null) => new()
    {
        End = end,
        Folder = folder.Path,
        ModelFolder = end == TrainingEnd.Interrupted ? "" : written ?? folder.Model,
        Step = trainer.State.Step,
        SmoothedLoss = trainer.SmoothedLoss,
        BestValidationLoss = trainer.State.BestLoss,
        BestStep = trainer.State.BestStep,
        Tokens = trainer.State.Tokens,
        Parameters = parameters,
        Elapsed = TimeSpan.FromSeconds(trainer.State.ElapsedSeconds),
    };
}

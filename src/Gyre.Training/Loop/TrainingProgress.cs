namespace Gyre.Training.Loop;

/// <summary>Where a run stands after a step.</summary>
public sealed record TrainingProgress
{
    /// <summary>The optimiser step just done, counted from 1.</summary>
    public required int Step { get; init; }

    /// <summary>The steps of the whole run.</summary>
    public required int Steps { get; init; }

    /// <summary>Mean cross-entropy of the step's targets, in nats.</summary>
    public required double Loss { get; init; }

    /// <summary>The running average of the loss.</summary>
    public required double SmoothedLoss { get; init; }

    /// <summary>The last validation loss; null before the first measurement.</summary>
    public required double? ValidationLoss { get; init; }

    /// <summary>The lowest validation loss so far; null before the first measurement.</summary>
    public required double? BestValidationLoss { get; init; }

    /// <summary>The learning rate of the step.</summary>
    public required double LearningRate { get; init; }

    /// <summary>The global gradient norm before clipping.</summary>
    public required double GradientNorm { get; init; }

    /// <summary>Positions seen so far, padding left out.</summary>
    public required long Tokens { get; init; }

    /// <summary>Positions per second, averaged over the last steps.</summary>
    public required double TokensPerSecond { get; init; }

    /// <summary>Wall time so far, summed over resumptions.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>The expected time until the last step.</summary>
    public required TimeSpan Remaining { get; init; }

    /// <summary>Further figures of the step by the name under which they are logged; empty when the job has none.</summary>
    public IReadOnlyDictionary<string, double> Figures { get; init; } = new Dictionary<string, double>();
}

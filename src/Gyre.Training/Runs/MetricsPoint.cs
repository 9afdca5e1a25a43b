namespace Gyre.Training.Runs;

/// <summary>One line of <c>metrics.jsonl</c>.</summary>
/// <param name="Step">The optimiser step, counted from 1; 0 is the untrained model.</param>
/// <param name="Loss">Mean cross-entropy of the step's targets in nats; null on a line that only holds a validation loss.</param>
/// <param name="ValidationLoss">Mean cross-entropy of the validation rows in nats, when measured at this step.</param>
/// <param name="LearningRate">The learning rate of the step.</param>
/// <param name="GradientNorm">The global gradient norm before clipping.</param>
/// <param name="Tokens">Positions seen so far, padding left out.</param>
/// <param name="TokensPerSecond">Positions of this step per second of this step.</param>
/// <param name="ElapsedSeconds">Wall time so far, summed over resumptions.</param>
public sealed record MetricsPoint(
    int Step,
    double? Loss,
    double? ValidationLoss,
    double LearningRate,
    double GradientNorm,
    long Tokens,
    double TokensPerSecond,
    double ElapsedSeconds)
{
    /// <summary>Further figures by name, those of held-out data with <c>eval/</c> before it; null for none.</summary>
    public IReadOnlyDictionary<string, double>? Figures { get; init; }
}

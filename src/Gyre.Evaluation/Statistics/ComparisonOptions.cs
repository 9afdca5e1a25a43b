namespace Gyre.Evaluation.Statistics;

/// <summary>How two candidates are compared.</summary>
public sealed record ComparisonOptions
{
    /// <summary>Equal seeds give equal results, for any number of threads.</summary>
    public ulong Seed { get; init; }

    /// <summary>The confidence of the interval, between 0 and 1; default 0.95.</summary>
    public double Confidence { get; init; } = 0.95;

    /// <summary>Bootstrap samples and permutations, 100 to 1,000,000; default 5,000.</summary>
    public int Resamples { get; init; } = 5_000;

    /// <summary>Threads; 0 for one a processor.</summary>
    public int Threads { get; init; }

    internal void Require()
    {
        if (!(Confidence is > 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(Confidence), Confidence, "Expected a number between 0 and 1.");
        }

        if (Resamples is < 100 or > 1_000_000)
        {
            throw new ArgumentOutOfRangeException(nameof(Resamples), Resamples, "Expected 100 to 1,000,000.");
        }

        ArgumentOutOfRangeException.ThrowIfNegative(Threads);
    }
}

namespace Gyre.Observability;

/// <summary>Bounds of the background writer of traces.</summary>
public sealed record TraceRecorderOptions
{
    /// <summary>Traces that may wait to be written; more are counted and dropped. Default 4,096.</summary>
    public int Capacity { get; init; } = 4096;

    /// <summary>The most traces written in one transaction. Default 256.</summary>
    public int BatchSize { get; init; } = 256;

    /// <summary>The longest a finished trace waits for others before it is written. Default 250 ms.</summary>
    public TimeSpan BatchInterval { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>The most traces kept; the oldest are removed beyond it. Default 100,000.</summary>
    public int MaxTraces { get; init; } = 100_000;

    /// <summary>How long disposing waits for the last batch. Default 5 seconds.</summary>
    public TimeSpan FlushTimeout { get; init; } = TimeSpan.FromSeconds(5);
}

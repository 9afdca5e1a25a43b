namespace Gyre.Evaluation.Benchmarks.Sandbox;

/// <summary>What a program may use.</summary>
public sealed record SandboxLimits
{
    /// <summary>Time from start to end; the processor's time is limited to as many whole seconds, rounded up, and one more.</summary>
    public TimeSpan Time { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Bytes of address space of a process.</summary>
    public long MemoryBytes { get; init; } = 1L << 30;

    /// <summary>Bytes of each file it writes, and of all files where a file system of its own can be made.</summary>
    public long FileBytes { get; init; } = 16L << 20;

    /// <summary>Open files.</summary>
    public int OpenFiles { get; init; } = 64;

    /// <summary>Processes and threads; each may use the memory. Systems do not hold the superuser to it: see <see cref="SandboxIsolation.HasFewProcesses"/>.</summary>
    public int Processes { get; init; } = 16;

    /// <summary>Characters of output that are kept; more is read and dropped.</summary>
    public int OutputCharacters { get; init; } = 16_384;

    /// <summary>Bytes of a program's text.</summary>
    public int SourceBytes { get; init; } = 1 << 20;

    /// <summary>Programs at once.</summary>
    public int Parallelism { get; init; } = 2;

    internal void Require()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Time, TimeSpan.FromMilliseconds(100), nameof(Time));
        ArgumentOutOfRangeException.ThrowIfLessThan(MemoryBytes, 64L << 20, nameof(MemoryBytes));
        ArgumentOutOfRangeException.ThrowIfLessThan(FileBytes, 4096, nameof(FileBytes));
        ArgumentOutOfRangeException.ThrowIfLessThan(OpenFiles, 16, nameof(OpenFiles));
        ArgumentOutOfRangeException.ThrowIfLessThan(Processes, 1, nameof(Processes));
        ArgumentOutOfRangeException.ThrowIfLessThan(OutputCharacters, 0, nameof(OutputCharacters));
        ArgumentOutOfRangeException.ThrowIfLessThan(SourceBytes, 1, nameof(SourceBytes));
        ArgumentOutOfRangeException.ThrowIfLessThan(Parallelism, 1, nameof(Parallelism));
    }
}

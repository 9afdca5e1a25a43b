namespace Gyre.Evaluation.Benchmarks.Sandbox;

/// <summary>What keeps a program from the rest of the machine; what is false is not held here.</summary>
/// <param name="HasNoNetwork">It has a network of its own with nothing in it.</param>
/// <param name="HasOwnProcesses">It sees and reaches no process but its own, and all of them end with it.</param>
/// <param name="HasOwnFiles">Its working folder is a file system of its own, of limited size.</param>
/// <param name="IsConfined">It reads only what Python needs and writes only in its working folder.</param>
/// <param name="HasLimits">Memory, processor time and file sizes are limited by the system.</param>
/// <param name="HasFewProcesses">The number of processes and threads is limited by the system.</param>
public sealed record SandboxIsolation(bool HasNoNetwork, bool HasOwnProcesses, bool HasOwnFiles, bool IsConfined, bool HasLimits, bool HasFewProcesses)
{
    /// <summary>What is not held, in words for a report; empty when all is.</summary>
    public IReadOnlyList<string> Missing { get; } =
    [
        .. new[]
        {
            (HasNoNetwork, "the network can be reached"),
            (HasOwnProcesses, "other processes can be seen"),
            (HasOwnFiles, "the number of files is not limited"),
            (IsConfined, "files of the user can be read and written"),
            (HasLimits, "memory, processor time and file sizes are not limited"),
            (HasFewProcesses, "the number of processes is not limited"),
        }.Where(pair => !pair.Item1).Select(pair => pair.Item2),
    ];
}

namespace Gyre.Cli;

/// <summary>What the process returns; scripts may rely on it. Listed in <c>docs/cli.md</c>.</summary>
internal static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Success = 0;

    /// <summary>The command ran and its result is negative: a threshold missed, a check failed.</summary>
    public const int Negative = 1;

    /// <summary>The command line itself is wrong.</summary>
    public const int Usage = 2;

    /// <summary>Bad input or a failed environment; the message carries a stable code.</summary>
    public const int Failure = 3;

    /// <summary>An error nobody foresaw; please report it.</summary>
    public const int Unexpected = 70;

    /// <summary>Ended by Ctrl-C; long work can be resumed.</summary>
    public const int Interrupted = 130;
}

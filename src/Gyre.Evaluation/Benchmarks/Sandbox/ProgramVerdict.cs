namespace Gyre.Evaluation.Benchmarks.Sandbox;

/// <summary>How a program ended.</summary>
public enum ProgramVerdict
{
    /// <summary>It ran to its end without an error.</summary>
    Passed,

    /// <summary>It ended with an error: a test that failed, a fault of the program, an early exit.</summary>
    Raised,

    /// <summary>It used up its time, of the clock or the processor.</summary>
    TimedOut,

    /// <summary>It used up its memory.</summary>
    OutOfMemory,

    /// <summary>It ended without saying how: it was killed, or ended its own process.</summary>
    Vanished,

    /// <summary>It was not run; the reason says why.</summary>
    NotRun,
}

namespace Gyre.Evaluation.Benchmarks;

/// <summary>What a model does for an item.</summary>
public enum BenchmarkTask
{
    /// <summary>It finds one of several texts the likeliest, or names one of several answers.</summary>
    Choice,

    /// <summary>It writes an answer, which is read and compared or checked.</summary>
    Generation,

    /// <summary>It writes a program, which runs against tests.</summary>
    Code,
}

namespace Gyre.Evaluation.Selection;

/// <summary>A side that a choice of a model should look at; a record says which ones nobody looked at.</summary>
public enum SelectionAspect
{
    /// <summary>How well it does the task itself, on rows of the use case.</summary>
    Suitability,

    /// <summary>How well it does on published benchmarks.</summary>
    Benchmark,

    /// <summary>Whether it treats people alike.</summary>
    Bias,

    /// <summary>What people who read its answers say.</summary>
    Review,

    /// <summary>How long an answer takes.</summary>
    Latency,

    /// <summary>What it takes in memory.</summary>
    Memory,

    /// <summary>What answers cost.</summary>
    Cost,

    /// <summary>What is known of it, and what may be done with it.</summary>
    Openness,
}

namespace Gyre.Evaluation.Experiments;

/// <summary>What the gate says of a metric.</summary>
public enum GateVerdict
{
    /// <summary>Not significantly worse than the baseline by more than the tolerance.</summary>
    Passed,

    /// <summary>Worse by more than the tolerance, beyond chance.</summary>
    Failed,

    /// <summary>There is nothing to compare: the difference is undefined. The gate does not open for what was not shown.</summary>
    NotShown,
}

namespace Gyre.Evaluation.Reports.Examples;

/// <summary>Why a row is shown.</summary>
public enum ExampleKind
{
    /// <summary>A candidate is worse than the baseline.</summary>
    Regression,

    /// <summary>A candidate is better.</summary>
    Gain,

    /// <summary>A call failed, or a score has no value.</summary>
    Failure,

    /// <summary>It was drawn from all.</summary>
    Sample,
}

namespace Gyre.Evaluation.Reports.Examples;

/// <summary>Which rows are looked for.</summary>
public enum RowKind
{
    /// <summary>All of them.</summary>
    All,

    /// <summary>Rows where a candidate is worse than the baseline.</summary>
    Regressions,

    /// <summary>Rows where a candidate is better than the baseline.</summary>
    Gains,

    /// <summary>Rows where a call failed.</summary>
    Failed,

    /// <summary>Rows where a score has no value.</summary>
    Undefined,
}

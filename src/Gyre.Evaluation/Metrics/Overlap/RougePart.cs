namespace Gyre.Evaluation.Metrics.Overlap;

/// <summary>Which number of a <see cref="RougeScore"/> a metric gives.</summary>
public enum RougePart
{
    /// <summary>The harmonic mean of precision and recall.</summary>
    F,

    /// <summary>The share of the candidate that the reference has.</summary>
    Precision,

    /// <summary>The share of the reference that the candidate has.</summary>
    Recall,
}

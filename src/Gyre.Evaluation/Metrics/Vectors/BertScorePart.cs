namespace Gyre.Evaluation.Metrics.Vectors;

/// <summary>Which number of a BERTScore.</summary>
public enum BertScorePart
{
    /// <summary>How well the candidate's tokens are found in the reference.</summary>
    Precision,

    /// <summary>How well the reference's tokens are found in the candidate.</summary>
    Recall,

    /// <summary>The harmonic mean of both.</summary>
    F1,
}

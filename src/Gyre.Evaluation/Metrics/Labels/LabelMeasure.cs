namespace Gyre.Evaluation.Metrics.Labels;

/// <summary>A measure of one class.</summary>
public enum LabelMeasure
{
    /// <summary>Of those said to be of the class, the share that is.</summary>
    Precision,

    /// <summary>Of those that are of the class, the share said to be.</summary>
    Recall,

    /// <summary>The harmonic mean of the two: 2 × right ÷ (said + true).</summary>
    F1,
}

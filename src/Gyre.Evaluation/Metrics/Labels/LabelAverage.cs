namespace Gyre.Evaluation.Metrics.Labels;

/// <summary>How the values of classes become one.</summary>
public enum LabelAverage
{
    /// <summary>Counts of all classes are added up first.</summary>
    Micro,

    /// <summary>The mean over classes.</summary>
    Macro,

    /// <summary>The mean over classes, each weighted by how often it is the reference.</summary>
    Weighted,
}

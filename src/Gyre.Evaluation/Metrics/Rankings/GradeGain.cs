namespace Gyre.Evaluation.Metrics.Rankings;

/// <summary>How much a document of a grade is worth.</summary>
public enum GradeGain
{
    /// <summary>The grade.</summary>
    Linear,

    /// <summary>2 to the power of the grade, less 1.</summary>
    Exponential,
}

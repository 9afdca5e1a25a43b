namespace Gyre.Evaluation.Metrics.Labels;

/// <summary>What a class has whose denominator is zero, such as the precision of a class that is never predicted.</summary>
public enum ZeroDivision
{
    /// <summary>No value, and so has the mean over classes.</summary>
    Undefined,

    /// <summary>0, which is what scikit-learn counts unless it is told otherwise.</summary>
    Zero,
}

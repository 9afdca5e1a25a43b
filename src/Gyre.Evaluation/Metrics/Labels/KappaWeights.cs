namespace Gyre.Evaluation.Metrics.Labels;

/// <summary>How wrong it is to say one class for another.</summary>
public enum KappaWeights
{
    /// <summary>Any other class is as wrong as any.</summary>
    None,

    /// <summary>As wrong as the classes are apart in their order.</summary>
    Linear,

    /// <summary>As wrong as the square of that.</summary>
    Quadratic,
}

namespace Gyre.Evaluation.Metrics.Agreement;

/// <summary>What a difference between two ratings means.</summary>
public enum MeasurementLevel
{
    /// <summary>Equal or not.</summary>
    Nominal,

    /// <summary>How many ratings lie between them.</summary>
    Ordinal,

    /// <summary>How far apart they are.</summary>
    Interval,

    /// <summary>How far apart they are for their size; ratings are 0 or more.</summary>
    Ratio,
}

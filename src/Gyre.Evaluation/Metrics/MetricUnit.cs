namespace Gyre.Evaluation.Metrics;

/// <summary>How a metric's number is read and printed.</summary>
public enum MetricUnit
{
    /// <summary>0 to 1, printed as per cent.</summary>
    Share,

    /// <summary>0 to 100 by the metric's own custom (BLEU, chrF).</summary>
    Points,

    /// <summary>A plain number.</summary>
    Number,

    /// <summary>How many of something.</summary>
    Count,
}

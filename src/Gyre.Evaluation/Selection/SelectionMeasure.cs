namespace Gyre.Evaluation.Selection;

/// <summary>What an objective looks at.</summary>
public enum SelectionMeasure
{
    /// <summary>A number of the evidence: a metric of an experiment, of a benchmark, or a criterion of a review.</summary>
    Evidence,

    /// <summary>The 95th percentile of the time of a call, in seconds.</summary>
    P95Seconds,

    /// <summary>The median time of a call, in seconds.</summary>
    MedianSeconds,

    /// <summary>The estimate of what the model takes in memory, in MiB.</summary>
    MemoryMib,

    /// <summary>What a thousand answers cost, in the recipe's currency.</summary>
    CostPerThousand,

    /// <summary>The level of openness, 0 to 4.</summary>
    Openness,
}

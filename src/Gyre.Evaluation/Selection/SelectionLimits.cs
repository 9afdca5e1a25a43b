namespace Gyre.Evaluation.Selection;

/// <summary>What a candidate must keep, whatever else it can do; null for no limit.</summary>
public sealed record SelectionLimits
{
    /// <summary>The longest 95th percentile of a call, in seconds.</summary>
    public double? P95Seconds { get; init; }

    /// <summary>The most memory, in MiB.</summary>
    public double? MemoryMib { get; init; }

    /// <summary>The most that a thousand answers may cost.</summary>
    public double? CostPerThousand { get; init; }

    /// <summary>The least context, in tokens.</summary>
    public int? ContextTokens { get; init; }

    /// <summary>The licences that are allowed; empty for all.</summary>
    public IReadOnlyList<LicenceClass> Licences { get; init; } = [];

    /// <summary>The least level of openness, 0 to 4.</summary>
    public double? Openness { get; init; }
}

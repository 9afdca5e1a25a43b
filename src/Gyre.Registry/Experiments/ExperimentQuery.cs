namespace Gyre.Registry.Experiments;

/// <summary>Which runs to list, newest first. Conditions that are set must all hold.</summary>
public sealed record ExperimentQuery
{
    /// <summary>Only runs of this kind.</summary>
    public ExperimentKind? Kind { get; init; }

    /// <summary>Only runs whose name, dataset or a candidate's name holds this text; ASCII letters match in either case.</summary>
    public string? Name { get; init; }

    /// <summary>Only runs on this version of a dataset.</summary>
    public string? DatasetDigest { get; init; }

    /// <summary>Only runs that passed, or only those that did not: demands met, and the gate open where there is one.</summary>
    public bool? Passed { get; init; }

    /// <summary>Continues a list: only runs recorded before the one of this id.</summary>
    public string? Before { get; init; }

    /// <summary>The most to list. Range 1 to 1,000, default 50.</summary>
    public int Limit { get; init; } = 50;
}

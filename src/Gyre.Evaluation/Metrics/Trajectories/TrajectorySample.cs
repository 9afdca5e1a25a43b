namespace Gyre.Evaluation.Metrics.Trajectories;

/// <summary>The calls that an agent made, those that were wanted, and what reaching the goal took.</summary>
/// <remarks>Immutable; safe for several threads.</remarks>
public sealed record TrajectorySample
{
    /// <summary>The most calls of either list; matching them all is quadratic.</summary>
    public const int MostCalls = 1000;

    /// <summary>The most characters that are compared: arguments of each list times calls of the other.</summary>
    public const long MostCompared = 1L << 28;

    /// <summary>Calls in the order in which the agent made them.</summary>
    public required IReadOnlyList<ToolCall> Made { get; init; }

    /// <summary>Calls that were wanted, in order; empty when none is prescribed.</summary>
    public IReadOnlyList<ToolCall> Wanted { get; init; } = [];

    /// <summary>Names of tools that must not be called.</summary>
    public IReadOnlySet<string> Forbidden { get; init; } = new HashSet<string>();

    /// <summary>Whether the goal was reached; null when nobody judged it.</summary>
    public bool? ReachedGoal { get; init; }

    /// <summary>Turns of the agent until it ended; null means as many as calls.</summary>
    public int? Steps { get; init; }

    /// <summary>What the run cost, in the unit of the report; null when it is not known.</summary>
    public double? Cost { get; init; }
}

using System.Text.Json;

namespace Gyre.Evaluation.Metrics.Trajectories;

/// <summary>When the arguments of two calls are equal.</summary>
/// <remarks>Keys are compared in any order, numbers by value, everything else by its kind and content. Immutable.</remarks>
public sealed record ArgumentComparison
{
    private const long MostPairs = 1L << 26;

    /// <summary>Equal in everything.</summary>
    public static ArgumentComparison Exact { get; } = new();

    /// <summary>True when names alone decide and arguments are not looked at.</summary>
    public bool NamesOnly { get; init; }

    /// <summary>True when the call made may have keys that the wanted one lacks, at any depth.</summary>
    public bool AllowsMoreKeys { get; init; }

    /// <summary>True when strings are equal without case and white space around them.</summary>
    public bool IgnoresCase { get; init; }

    /// <summary>
    /// True when arrays are equal in any order, element by element; in arguments whose lengths' product is above 2²⁶ order counts all the
    /// same, so that time is bounded.
    /// </summary>
    public bool IgnoresArrayOrder { get; init; }

    /// <summary>How far numbers may be apart; 0 or more.</summary>
    public double NumberTolerance
    {
        get;
        init => field = value is >= 0 and < double.PositiveInfinity ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "The tolerance of numbers is 0 or more and finite.");
    }

    /// <summary>Keys that are left aside at any depth: ids, times.</summary>
    public IReadOnlySet<string> IgnoredKeys { get; init; } = new HashSet<string>();

    /// <summary>True when a call made is the wanted one.</summary>
    /// <remarks>Cost: linear in the arguments; with <see cref="IgnoresArrayOrder"/> their product.</remarks>
    public bool AreEqual(ToolCall made, ToolCall wanted)
    {
        ArgumentNullException.ThrowIfNull(made);
        ArgumentNullException.ThrowIfNull(wanted);
        var rules = IgnoresArrayOrder && (long)made.Length * wanted.Length > MostPairs ? this with { IgnoresArrayOrder = false } : this;
        return made.Name == wanted.Name
            && (NamesOnly || (made.Arguments is { } found && wanted.Arguments is { } expected && JsonEquality.AreEqual(found, expected, rules)));
    }
}

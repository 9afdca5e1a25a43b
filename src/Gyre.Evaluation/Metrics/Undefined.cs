namespace Gyre.Evaluation.Metrics;

/// <summary>That there is no value, and why.</summary>
public sealed record Undefined
{
    /// <summary>States a reason.</summary>
    /// <param name="cause">The kind of reason.</param>
    /// <param name="detail">What exactly is missing, in words for a table; not empty.</param>
    public Undefined(UndefinedCause cause, string detail)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(detail);
        (Cause, Detail) = (cause, detail);
    }

    /// <summary>The kind of reason.</summary>
    public UndefinedCause Cause { get; }

    /// <summary>What exactly is missing.</summary>
    public string Detail { get; }
}

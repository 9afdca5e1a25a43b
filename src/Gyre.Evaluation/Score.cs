namespace Gyre.Evaluation;

/// <summary>What a scorer says about one output: a value, or that there is none and why. Never NaN.</summary>
public sealed record Score
{
    private Score(double? value, string reason) => (Value, Reason) = (value, reason);

    /// <summary>The value, 0 to 1; null when the score is undefined.</summary>
    public double? Value { get; }

    /// <summary>Why the score is undefined, or what took points off; may be empty for a defined score, never for an undefined one.</summary>
    public string Reason { get; }

    /// <summary>A defined score.</summary>
    /// <param name="value">Finite, 0 to 1.</param>
    /// <param name="reason">What took points off.</param>
    public static Score Of(double value, string reason = "")
    {
        ArgumentNullException.ThrowIfNull(reason);
        return value is >= 0 and <= 1
            ? new Score(value, reason)
            : throw new ArgumentOutOfRangeException(nameof(value), value, "A score lies between 0 and 1; say Undefined when there is none.");
    }

    /// <summary>1 when the claim holds, else 0 with the reason.</summary>
    public static Score Pass(bool holds, string otherwise) => holds ? Of(1) : Of(0, otherwise);

    /// <summary>No score, because of the reason.</summary>
    public static Score Undefined(string reason)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        return new Score(null, reason);
    }
}

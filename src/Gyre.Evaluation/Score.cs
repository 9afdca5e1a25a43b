using Gyre.Evaluation.Metrics;

namespace Gyre.Evaluation;

/// <summary>What a scorer says about one output: a value, or that there is none and why. Never NaN.</summary>
public sealed record Score
{
    private Score(MetricValue value, double[] statistics, string reason) => (Result, Statistics, Reason) = (value, statistics, reason);

    /// <summary>The value, or the cause that there is none.</summary>
    public MetricValue Result { get; }

    /// <summary>The value; null when the score is undefined.</summary>
    public double? Value => Result.IsDefined ? Result.Number : null;

    /// <summary>What adds up to the value of many scores; empty when the score is undefined.</summary>
    public IReadOnlyList<double> Statistics { get; }

    /// <summary>Why the score is undefined, or what took points off; may be empty for a defined score, never for an undefined one.</summary>
    public string Reason { get; }

    /// <summary>A share.</summary>
    /// <param name="value">Finite, 0 to 1.</param>
    /// <param name="reason">What took points off.</param>
    public static Score Of(double value, string reason = "")
    {
        ArgumentNullException.ThrowIfNull(reason);
        return value is >= 0 and <= 1
            ? new Score(MetricValue.Of(value), [value], reason)
            : throw new ArgumentOutOfRangeException(nameof(value), value, "A score lies between 0 and 1; say Undefined when there is none.");
    }

    /// <summary>A number that is no share.</summary>
    /// <param name="value">Finite.</param>
    /// <param name="reason">What took points off.</param>
    public static Score OfNumber(double value, string reason = "")
    {
        ArgumentNullException.ThrowIfNull(reason);
        return new Score(MetricValue.Of(value), [value], reason);
    }

    /// <summary>A value with the statistics that it is made of.</summary>
    /// <param name="value">The value of this score alone; may be undefined although its statistics count (no match at all, say).</param>
    /// <param name="statistics">As many as the scorer's width, finite.</param>
    /// <param name="reason">What took points off.</param>
    public static Score OfStatistics(MetricValue value, double[] statistics, string reason = "")
    {
        ArgumentNullException.ThrowIfNull(statistics);
        ArgumentNullException.ThrowIfNull(reason);
        return new Score(value, statistics, value.IsDefined ? reason : value.Reason.Detail);
    }

    /// <summary>1 when the claim holds, else 0 with the reason.</summary>
    public static Score Pass(bool holds, string otherwise) => holds ? Of(1) : Of(0, otherwise);

    /// <summary>No score, because of the reason.</summary>
    public static Score Undefined(string reason) => Undefined(UndefinedCause.MissingInput, reason);

    /// <summary>No score, because of the reason.</summary>
    public static Score Undefined(UndefinedCause cause, string reason)
    {
        var undefined = MetricValue.Undefined(cause, reason);
        return new Score(undefined, [], reason);
    }

    /// <inheritdoc/>
    public bool Equals(Score? other) => other is not null && Result == other.Result && Reason == other.Reason && Statistics.SequenceEqual(other.Statistics);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Result, Reason);
}

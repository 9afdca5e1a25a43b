using System.Diagnostics.CodeAnalysis;

namespace Gyre.Evaluation.Metrics;

/// <summary>What a metric found: a finite number, or that there is none and why. Never NaN or infinite.</summary>
public readonly struct MetricValue : IEquatable<MetricValue>
{
    private static readonly Undefined Unset = new(UndefinedCause.NoSamples, "nothing was measured");
    private readonly double _number;
    private readonly bool _isDefined;
    private readonly Undefined? _reason;

    private MetricValue(double number) => (_number, _isDefined) = (number, true);

    private MetricValue(Undefined reason) => _reason = reason;

    /// <summary>True when there is a number.</summary>
    [MemberNotNullWhen(false, nameof(Reason))]
    public bool IsDefined => _isDefined;

    /// <summary>The number; an error when there is none, so that nobody takes it for 0.</summary>
    /// <exception cref="InvalidOperationException">The value is undefined.</exception>
    public double Number => _isDefined ? _number : throw new InvalidOperationException($"Read a metric's number: it is undefined, because {Reason!.Detail}. Ask IsDefined first."); // Reason is set when it is not defined.

    /// <summary>Why there is no number; null when there is one.</summary>
    public Undefined? Reason => _isDefined ? null : _reason ?? Unset;

    /// <summary>A number.</summary>
    /// <param name="number">Finite.</param>
    public static MetricValue Of(double number) => double.IsFinite(number)
        ? new MetricValue(number)
        : throw new ArgumentOutOfRangeException(nameof(number), number, "A metric's value is a finite number; say Undefined when there is none.");

    /// <summary>No number, because of the reason.</summary>
    public static MetricValue Undefined(UndefinedCause cause, string detail) => new(new Undefined(cause, detail));

    /// <summary>No number, because of the reason.</summary>
    public static MetricValue Undefined(Undefined reason)
    {
        ArgumentNullException.ThrowIfNull(reason);
        return new MetricValue(reason);
    }

    /// <summary>The quotient, or undefined when the denominator is 0.</summary>
    /// <param name="numerator">Finite.</param>
    /// <param name="denominator">Finite.</param>
    /// <param name="otherwise">What the denominator counts, as the detail of the reason.</param>
    public static MetricValue Ratio(double numerator, double denominator, string otherwise) =>
        denominator == 0 ? Undefined(UndefinedCause.ZeroDenominator, otherwise) : Of(numerator / denominator);

    /// <inheritdoc/>
    public bool Equals(MetricValue other) => _isDefined == other._isDefined && (_isDefined ? _number.Equals(other._number) : Equals(Reason, other.Reason));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is MetricValue other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _isDefined ? _number.GetHashCode() : HashCode.Combine(Reason);

    /// <summary>The number, or "undefined: …".</summary>
    public override string ToString() => _isDefined ? _number.ToString("R", System.Globalization.CultureInfo.InvariantCulture) : $"undefined: {Reason!.Detail}"; // As above.

    /// <summary>Equal numbers, or equal reasons.</summary>
    public static bool operator ==(MetricValue left, MetricValue right) => left.Equals(right);

    /// <summary>Not equal.</summary>
    public static bool operator !=(MetricValue left, MetricValue right) => !left.Equals(right);
}

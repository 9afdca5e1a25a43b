using System.Globalization;
using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Statistics;

namespace Gyre.Evaluation.Reports;

/// <summary>How numbers of reports are written: by the metric's unit, the same in every form of the report.</summary>
internal static class MetricText
{
    private const string Minus = "−";

    public static string Value(MetricUnit unit, double value) => Sign(value, Digits(unit, Math.Abs(value)), isSigned: false) + (unit == MetricUnit.Share ? " %" : "");

    /// <summary>The number, or "undefined".</summary>
    public static string Value(MetricUnit unit, MetricValue value) => value.IsDefined ? Value(unit, value.Number) : "undefined";

    /// <summary>A difference with its sign; of shares in percentage points.</summary>
    public static string Difference(MetricUnit unit, double value) => Sign(value, Digits(unit, Math.Abs(value)), isSigned: true) + DifferenceUnit(unit);

    /// <summary>A size without a sign; of shares in percentage points.</summary>
    public static string Size(MetricUnit unit, double value) => Digits(unit, Math.Abs(value)) + DifferenceUnit(unit);

    public static string Range(MetricUnit unit, Interval interval) =>
        $"{Sign(interval.Low, Digits(unit, Math.Abs(interval.Low)), isSigned: false)} to {Value(unit, interval.High)}";

    public static string DifferenceRange(MetricUnit unit, Interval interval) =>
        $"{Sign(interval.Low, Digits(unit, Math.Abs(interval.Low)), isSigned: true)} to {Difference(unit, interval.High)}";

    /// <summary>A p-value; what would round to 0.050 keeps a digit more, so that 0.0503 does not look like the usual level.</summary>
    public static string Probability(double value)
    {
        var digits = value.ToString("0.000", CultureInfo.InvariantCulture);
        return value < 0.001 ? "< 0.001" : digits == "0.050" ? value.ToString("0.0000", CultureInfo.InvariantCulture) : digits;
    }

    public static string Confidence(double value) => (value * 100).ToString("0.##", CultureInfo.InvariantCulture) + " %";

    public static string Count(long value) => value.ToString("#,0", CultureInfo.InvariantCulture);

    public static string Seconds(double value) => value switch
    {
        < 0.0095 => $"{(value * 1000).ToString("0.##", CultureInfo.InvariantCulture)} ms",
        < 0.9995 => $"{(value * 1000).ToString("0", CultureInfo.InvariantCulture)} ms",
        < 9.995 => $"{value.ToString("0.00", CultureInfo.InvariantCulture)} s",
        _ => $"{value.ToString("#,0.0", CultureInfo.InvariantCulture)} s",
    };

    /// <summary>Money in the recipe's currency, which no file names.</summary>
    public static string Money(decimal value) => value switch
    {
        0 => "0",
        >= 100 => value.ToString("#,0", CultureInfo.InvariantCulture),
        >= 1 => value.ToString("0.00", CultureInfo.InvariantCulture),
        >= 0.0001m => value.ToString("0.0000", CultureInfo.InvariantCulture),
        _ => ((double)value).ToString("0.0E+0", CultureInfo.InvariantCulture),
    };

    /// <summary>How many times as much: 1.6×.</summary>
    public static string Times(double value) => (value < 9.95 ? value.ToString("0.0#", CultureInfo.InvariantCulture) : value.ToString("#,0", CultureInfo.InvariantCulture)) + "×";

    /// <summary>A number on an axis, without its unit: shares in hundreds.</summary>
    public static string Tick(MetricUnit unit, double value, bool isSigned)
    {
        var shown = unit == MetricUnit.Share ? value * 100 : value;
        var size = Math.Abs(shown);
        var digits = size >= 10_000 ? size.ToString("0.#E+0", CultureInfo.InvariantCulture) : size.ToString("#,0.######", CultureInfo.InvariantCulture);
        return Sign(shown, digits, isSigned);
    }

    /// <summary>The unit that an axis names beside its numbers; empty when they have none.</summary>
    public static string AxisUnit(MetricUnit unit, bool isDifference) => unit != MetricUnit.Share ? "" : isDifference ? "percentage points" : "per cent";

    private static string DifferenceUnit(MetricUnit unit) => unit == MetricUnit.Share ? " pp" : "";

    private static string Digits(MetricUnit unit, double size) => unit switch
    {
        MetricUnit.Share => (size * 100).ToString("0.0", CultureInfo.InvariantCulture),
        MetricUnit.Points => size.ToString("0.00", CultureInfo.InvariantCulture),
        MetricUnit.Count when size == Math.Floor(size) && size < 1e15 => size.ToString("#,0", CultureInfo.InvariantCulture),
        MetricUnit.Count when size is >= 0.005 and < 1000 => size.ToString("0.00", CultureInfo.InvariantCulture),
        _ => size switch
        {
            0 => "0",
            >= 1e9 => size.ToString("0.000E+0", CultureInfo.InvariantCulture),
            >= 1000 => size.ToString("#,0", CultureInfo.InvariantCulture),
            >= 100 => size.ToString("0.0", CultureInfo.InvariantCulture),
            >= 1 => size.ToString("0.00", CultureInfo.InvariantCulture),
            >= 0.0005 => size.ToString("0.0000", CultureInfo.InvariantCulture),
            _ => size.ToString("0.00E+0", CultureInfo.InvariantCulture),
        },
    };

    // What rounds to zero has no sign: "−0.0" would claim a direction.
    private static string Sign(double value, string digits, bool isSigned) =>
        !digits.AsSpan().ContainsAnyInRange('1', '9') ? digits : value < 0 ? Minus + digits : isSigned ? "+" + digits : digits;
}

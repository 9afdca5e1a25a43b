using System.Globalization;
using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Reports;

namespace Gyre.Evaluation.Selection;

/// <summary>How the numbers of a choice are written.</summary>
internal static class SelectionText
{
    public static string Value(SelectionMeasure measure, MetricUnit unit, double value) => measure switch
    {
        SelectionMeasure.P95Seconds or SelectionMeasure.MedianSeconds => MetricText.Seconds(value),
        SelectionMeasure.MemoryMib => Memory(value),
        SelectionMeasure.CostPerThousand => MetricText.Money((decimal)Math.Min(value, 1e15)),
        SelectionMeasure.Openness => $"{value.ToString("0.#", CultureInfo.InvariantCulture)} of {OpennessProfile.Most:0}",
        _ => MetricText.Value(unit, value),
    };

    /// <summary>The number with its interval.</summary>
    public static string Measured(SelectionObjective objective, Measurement measurement)
    {
        var value = Value(objective.Measure, measurement.Unit, measurement.Value);
        return measurement is { Low: { } low, High: { } high } ? $"{value} ({Value(objective.Measure, measurement.Unit, low)} to {Value(objective.Measure, measurement.Unit, high)})" : value;
    }

    public static string Memory(double mib) => mib >= 1024 ? $"{(mib / 1024).ToString("0.00", CultureInfo.InvariantCulture)} GiB" : $"{mib.ToString("0.0", CultureInfo.InvariantCulture)} MiB";

    /// <summary>A score or a weighted mean of them.</summary>
    public static string Score(double score) => score.ToString("0.000", CultureInfo.InvariantCulture);

    public static string Share(double share) => $"{(share * 100).ToString("0.0", CultureInfo.InvariantCulture)} %";

    /// <summary>A difference of scores with its sign.</summary>
    public static string Signed(double difference) => Math.Abs(difference) < 0.0005 ? "0.000" : (difference < 0 ? "−" : "+") + Score(Math.Abs(difference));

    /// <summary>A word of a recipe, for people: <c>use_restricted</c> becomes <c>use restricted</c>.</summary>
    public static string Word<T>(T value)
        where T : struct, Enum => SelectionRecipeReader.Word(value).Replace('_', ' ');
}

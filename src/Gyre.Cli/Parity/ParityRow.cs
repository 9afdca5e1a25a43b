using System.Globalization;

namespace Gyre.Cli.Parity;

/// <summary>A number, or a group of numbers or texts, that is compared.</summary>
/// <param name="Quantity">What it is.</param>
/// <param name="Expected">What the reference gives; for a group 0 or how many texts there are.</param>
/// <param name="Found">What was computed here; for a group the largest difference, or how many texts are the same.</param>
/// <param name="Tolerance">How far apart they may be.</param>
/// <param name="Values">How many values are compared.</param>
internal sealed record ParityRow(string Quantity, double Expected, double Found, double Tolerance, long Values = 1)
{
    private const double Rounding = 1e-12;

    /// <summary>The decimal places that the reference prints.</summary>
    public int Places { get; private init; } = 4;

    public double Difference => Math.Abs(Found - Expected);

    public bool IsEqual => Difference <= Tolerance;

    /// <summary>A value to the digits that the reference prints.</summary>
    public static ParityRow Digits(string quantity, string expected, double found)
    {
        var point = expected.IndexOf('.', StringComparison.Ordinal);
        var places = point < 0 ? 0 : expected.Length - point - 1;
        return new ParityRow(quantity, double.Parse(expected, CultureInfo.InvariantCulture), found, Math.Max(Rounding, 0.5 * Math.Pow(10, -places) * (1 + 1e-9))) { Places = places };
    }

    /// <summary>Numbers that are to be alike; a length that is not the reference's is a difference without measure.</summary>
    public static ParityRow Group(string quantity, IEnumerable<(double Expected, double Found)> pairs, double tolerance)
    {
        var (worst, count) = (0.0, 0L);
        foreach (var (expected, found) in pairs)
        {
            var difference = Math.Abs(found - expected);
            worst = double.IsNaN(difference) || double.IsNaN(worst) ? double.NaN : Math.Max(worst, difference);
            count++;
        }

        return new ParityRow(quantity, 0, count == 0 ? double.NaN : worst, tolerance, count);
    }

    /// <summary>Texts or lists of which each is to be the same.</summary>
    public static ParityRow Same(string quantity, IEnumerable<bool> areSame)
    {
        var (same, count) = (0L, 0L);
        foreach (var isSame in areSame)
        {
            same += isSame ? 1 : 0;
            count++;
        }

        return new ParityRow(quantity, count, count == 0 ? double.NaN : same, 0, count);
    }
}

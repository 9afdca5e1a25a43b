namespace Gyre.Evaluation.Reports.Html;

/// <summary>A scale between two round numbers.</summary>
internal sealed class Axis
{
    private const double Room = 0.04;

    /// <summary>So far that the length between two ends is still a number.</summary>
    private const double Most = 4e307;
    private const double LeastLength = 1e-290;

    private Axis(double least, double greatest, IReadOnlyList<double> ticks) => (Least, Greatest, Ticks) = (least, greatest, ticks);

    public double Least { get; }

    public double Greatest { get; }

    /// <summary>Round numbers on it.</summary>
    public IReadOnlyList<double> Ticks { get; }

    /// <summary>A scale that holds all values, with a little room at both ends unless a bound of the metric lies there.</summary>
    /// <param name="values">What must lie on it; may be empty.</param>
    /// <param name="count">About how many ticks.</param>
    /// <param name="bounds">Values that are ends when they are reached.</param>
    public static Axis Of(IEnumerable<double> values, int count, (double Least, double Greatest)? bounds = null)
    {
        var (least, greatest) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (var value in values)
        {
            (least, greatest) = (Math.Min(least, value), Math.Max(greatest, value));
        }

        if (least > greatest)
        {
            (least, greatest) = (0, 1);
        }

        (least, greatest) = (Math.Clamp(least, -Most, Most), Math.Clamp(greatest, -Most, Most));
        if (greatest - least <= Math.Max(1e-12 * Math.Max(Math.Abs(least), Math.Abs(greatest)), LeastLength))
        {
            var half = least == 0 ? 1 : Math.Max(Math.Abs(least) * 0.1, LeastLength);
            (least, greatest) = (least - half, greatest + half);
        }

        var room = (greatest - least) * Room;
        (least, greatest) = (least - room, greatest + room);
        if (bounds is { } ends && ends.Least < greatest && ends.Greatest > least)
        {
            (least, greatest) = (Math.Max(least, ends.Least), Math.Min(greatest, ends.Greatest));
        }

        return new Axis(least, greatest, TicksOf(least, greatest, count));
    }

    /// <summary>Where a value lies, in per cent of the length.</summary>
    public double At(double value) => Math.Clamp((value - Least) / (Greatest - Least) * 100, 0, 100);

    private static List<double> TicksOf(double least, double greatest, int count)
    {
        var rough = (greatest - least) / count;
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var step = power * ((rough / power) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 });
        var ticks = new List<double>();
        for (var i = Math.Ceiling((least / step) - 1e-9); i * step <= greatest + (step * 1e-9); i++)
        {
            // The product of a whole number and a step has stray digits at its end; a quotient of whole numbers has none.
            var whole = Math.Round(i * step / power) + 0.0; // No negative zero.
            ticks.Add(power < 1 ? whole / Math.Round(1 / power) : whole * power);
        }

        return ticks;
    }
}

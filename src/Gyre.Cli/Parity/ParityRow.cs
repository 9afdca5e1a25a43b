namespace Gyre.Cli.Parity;

/// <summary>A number that is compared.</summary>
/// <param name="Quantity">What it is.</param>
/// <param name="Expected">What the reference gives.</param>
/// <param name="Found">What was computed here.</param>
/// <param name="Tolerance">How far apart they may be.</param>
internal sealed record ParityRow(string Quantity, double Expected, double Found, double Tolerance)
{
    public double Difference => Math.Abs(Found - Expected);

    public bool IsEqual => Difference <= Tolerance;
}

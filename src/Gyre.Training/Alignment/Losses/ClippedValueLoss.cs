namespace Gyre.Training.Alignment.Losses;

/// <summary>The loss of the value head at one token: ½·max((v − R)², (v clipped to ± around its old value − R)²).</summary>
internal static class ClippedValueLoss
{
    /// <summary>The loss, its derivative with respect to the value, and whether the clip decides.</summary>
    /// <param name="value">v, now.</param>
    /// <param name="before">v when the answer was written.</param>
    /// <param name="wanted">R.</param>
    /// <param name="clip">How far v counts to have moved.</param>
    public static (double Loss, double Gradient, bool IsClipped) Compute(double value, double before, double wanted, double clip)
    {
        var (free, clipped) = (value - wanted, Math.Clamp(value, before - clip, before + clip) - wanted);
        return clipped * clipped > free * free ? (0.5 * clipped * clipped, 0, true) : (0.5 * free * free, free, false);
    }
}

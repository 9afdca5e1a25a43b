namespace Gyre.Models.Architectures;

/// <summary>The slopes of attention with linear biases.</summary>
/// <remarks>Source: Press et al. 2022 (ALiBi), section 3, and its rule for head counts that are no power of two.</remarks>
internal static class Alibi
{
    /// <summary>What each head's scores grow by from one key to the next, times a factor.</summary>
    public static float[] Slopes(int heads, double factor = 1)
    {
        var power = 1;
        while (power * 2 <= heads)
        {
            power *= 2;
        }

        // 2^(−8/n), its square and so on; the heads beyond the power of two take every second of the next one's.
        return [.. Enumerable.Range(0, heads).Select(head => (float)(factor * (head < power
            ? Math.Pow(2, -8.0 * (head + 1) / power)
            : Math.Pow(2, -4.0 * ((2 * (head - power)) + 1) / power))))];
    }
}

namespace Gyre.Models.Architectures;

/// <summary>Positions as sines and cosines of wavelengths from 2π to 10,000·2π.</summary>
/// <remarks>Source: Vaswani et al. 2017, section 3.5; Marian has all sines before all cosines.</remarks>
/// <param name="Count">Positions.</param>
/// <param name="Width">Numbers of a position.</param>
/// <param name="IsInterleaved">Sine and cosine of a wavelength side by side; otherwise the sines come first.</param>
internal sealed record SinusoidalPositions(int Count, int Width, bool IsInterleaved)
{
    private const double Longest = 10_000;

    /// <summary>Writes all positions: [<see cref="Count"/>, <see cref="Width"/>].</summary>
    public void Fill(Span<float> destination)
    {
        var sines = (Width + 1) / 2;
        for (var position = 0; position < Count; position++)
        {
            var row = destination.Slice(position * Width, Width);
            for (var i = 0; i < Width; i++)
            {
                var angle = position / Math.Pow(Longest, 2.0 * (i / 2) / Width);
                var place = IsInterleaved ? i : (i % 2 == 0 ? 0 : sines) + (i / 2);
                row[place] = (float)(i % 2 == 0 ? Math.Sin(angle) : Math.Cos(angle));
            }
        }
    }
}

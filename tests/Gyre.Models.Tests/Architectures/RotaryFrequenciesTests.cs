using Gyre.Models.Architectures;

namespace Gyre.Models.Tests.Architectures;

public sealed class RotaryFrequenciesTests
{
    /// <summary>θ^(−2i/D) divided by the set that belongs to the length, and √(1 + ln s / ln L) on both functions.</summary>
    [Theory]
    [InlineData(16, false)]
    [InlineData(17, true)]
    public void LongRope_takes_the_divisors_of_the_sequence_s_length(int length, bool isLong)
    {
        float[] near = [1, 1.25f, 1.5f];
        float[] far = [2, 4, 8];
        var frequencies = new RotaryFrequencies(
            new RotaryOptions { Scaling = RotaryScaling.LongRope, OriginalContextLength = 16, Factor = 4, ShortDivisors = near, LongDivisors = far }, 6);
        var (cosines, sines) = (new float[3], new float[3]);
        frequencies.Fill(5, 1, length, cosines, sines);
        var amplitude = Math.Sqrt(1 + (Math.Log(4) / Math.Log(16)));
        for (var i = 0; i < 3; i++)
        {
            var angle = 5 * Math.Pow(10_000, -2.0 * i / 6) / (isLong ? far : near)[i];
            ((double)cosines[i]).ShouldBe(amplitude * Math.Cos(angle), 1e-6);
            ((double)sines[i]).ShouldBe(amplitude * Math.Sin(angle), 1e-6);
        }
    }

    [Fact]
    public void A_given_attention_factor_is_the_amplitude()
    {
        var options = new RotaryOptions { Scaling = RotaryScaling.LongRope, OriginalContextLength = 16, Factor = 4, AttentionFactor = 1.19, ShortDivisors = [1], LongDivisors = [1] };
        new RotaryFrequencies(options, 2).Amplitude.ShouldBe(1.19);
    }

    [Theory]
    [InlineData(4, new[] { 0.25f, 0.0625f, 0.015625f, 0.00390625f })]
    [InlineData(6, new[] { 0.25f, 0.0625f, 0.015625f, 0.00390625f, 0.5f, 0.125f })]
    public void Slopes_are_those_of_the_paper(int heads, float[] slopes) => Alibi.Slopes(heads).ShouldBe(slopes);
}

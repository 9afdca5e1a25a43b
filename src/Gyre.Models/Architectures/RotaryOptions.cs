namespace Gyre.Models.Architectures;

/// <summary>Rotary positions: base, scaling and its constants.</summary>
public sealed record RotaryOptions
{
    /// <summary>The base of the frequencies; default 10,000.</summary>
    public double Theta { get; init; } = 10_000;

    /// <summary>How the frequencies are stretched; default not at all.</summary>
    public RotaryScaling Scaling { get; init; }

    /// <summary>The stretch; 1 or more. Not used by <see cref="RotaryScaling.None"/>.</summary>
    public double Factor { get; init; } = 1;

    /// <summary>The context length before stretching, in tokens.</summary>
    public int OriginalContextLength { get; init; }

    /// <summary>Llama 3: wavelengths longer than the original context divided by this are stretched fully; default 1.</summary>
    public double LowFrequencyFactor { get; init; } = 1;

    /// <summary>Llama 3: wavelengths shorter than the original context divided by this are kept; default 4.</summary>
    public double HighFrequencyFactor { get; init; } = 4;

    /// <summary>YaRN: rotations over the original context from which a frequency is kept; default 32.</summary>
    public double BetaFast { get; init; } = 32;

    /// <summary>YaRN: rotations over the original context up to which a frequency is stretched fully; default 1.</summary>
    public double BetaSlow { get; init; } = 1;

    /// <summary>YaRN, LongRope: factor on the cosines and sines; null computes 0.1·ln(factor) + 1, or √(1 + ln(factor) / ln(original context)).</summary>
    public double? AttentionFactor { get; init; }

    /// <summary>YaRN: whether the ramp's ends are rounded outwards to whole dimensions; default true.</summary>
    public bool TruncateRamp { get; init; } = true;

    /// <summary>Divisors of the frequencies, one per rotated pair, as some files store them; empty when there are none.</summary>
    public IReadOnlyList<float> FrequencyDivisors { get; init; } = [];

    /// <summary>LongRope: divisors of the frequencies within the original context, one per rotated pair.</summary>
    public IReadOnlyList<float> ShortDivisors { get; init; } = [];

    /// <summary>LongRope: divisors of the frequencies of longer sequences, one per rotated pair.</summary>
    public IReadOnlyList<float> LongDivisors { get; init; } = [];

    /// <summary>Every fault for heads of which <paramref name="width"/> numbers are rotated.</summary>
    internal List<string> Validate(int width)
    {
        var faults = new List<string>();
        Check(Theta is > 1 and <= 1e12, $"rope_theta is {Theta}; expected more than 1 and at most 1e12.");
        if (Scaling != RotaryScaling.None)
        {
            Check(Factor is >= 1 and <= 1e6, $"rope scaling factor is {Factor}; expected 1 to 1e6.");
            var least = Scaling switch { RotaryScaling.Linear => int.MinValue, RotaryScaling.LongRope => 2, _ => 1 };
            Check(OriginalContextLength >= least, $"original_max_position_embeddings is {OriginalContextLength}; expected {least} or more.");
            Check(HighFrequencyFactor > LowFrequencyFactor && LowFrequencyFactor > 0,
                $"low_freq_factor is {LowFrequencyFactor} and high_freq_factor {HighFrequencyFactor}; expected 0 < low < high.");
            Check(BetaFast > BetaSlow && BetaSlow > 0, $"beta_slow is {BetaSlow} and beta_fast {BetaFast}; expected 0 < slow < fast.");
        }

        Divisors(FrequencyDivisors, "rope_freqs", mayBeEmpty: true);
        Divisors(ShortDivisors, "short_factor", Scaling != RotaryScaling.LongRope);
        Divisors(LongDivisors, "long_factor", Scaling != RotaryScaling.LongRope);
        return faults;

        void Divisors(IReadOnlyList<float> divisors, string field, bool mayBeEmpty)
        {
            Check((divisors.Count == 0 && mayBeEmpty) || divisors.Count == width / 2, $"{field} has {divisors.Count} values; expected {width / 2}.");
            Check(divisors.All(divisor => float.IsFinite(divisor) && divisor > 0), $"{field} holds a value that is not a positive number.");
        }

        void Check(bool isValid, string fault)
        {
            if (!isValid)
            {
                faults.Add(fault);
            }
        }
    }
}

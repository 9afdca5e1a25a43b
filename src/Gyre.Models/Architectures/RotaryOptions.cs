namespace Gyre.Models.Architectures;

/// <summary>Rotary positions of a decoder: base, scaling and its constants.</summary>
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

    /// <summary>YaRN: factor on the cosines and sines; null computes 0.1·ln(factor) + 1.</summary>
    public double? AttentionFactor { get; init; }

    /// <summary>YaRN: whether the ramp's ends are rounded outwards to whole dimensions; default true.</summary>
    public bool TruncateRamp { get; init; } = true;

    /// <summary>Divisors of the frequencies, one per rotated pair, as some files store them; empty when there are none.</summary>
    public IReadOnlyList<float> FrequencyDivisors { get; init; } = [];
}

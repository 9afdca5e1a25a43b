namespace Gyre.Models.Architectures;

/// <summary>The angular step per position of each rotated pair, with scaling applied.</summary>
/// <remarks>
/// Computed in double precision. Used by one thread at a time.
/// <para>Source: Su et al. 2021 (rotary positions); Peng et al. 2023 (YaRN, eq. 17–23); the Llama 3.1 model card's
/// wavelength rule; Ding et al. 2024 (LongRoPE), with the amplitude of Phi-3; GGUF's <c>rope_freqs.weight</c> (divisors).</para>
/// </remarks>
internal sealed class RotaryFrequencies
{
    private readonly RotaryOptions _options;
    private readonly double[] _steps;
    private readonly double[] _stretched;
    private readonly int _width;

    public RotaryFrequencies(RotaryOptions options, int width)
    {
        _options = options;
        _width = width;
        _steps = new double[width / 2];
        _stretched = new double[width / 2];
        Fill(_steps, options.Theta, Divisors(isLong: false));
        Amplitude = options.Scaling switch
        {
            RotaryScaling.Yarn => options.AttentionFactor ?? ((0.1 * Math.Log(options.Factor)) + 1),
            RotaryScaling.LongRope => options.AttentionFactor ?? LongAmplitude(options),
            _ => 1,
        };
    }

    /// <summary>The angle by which each pair turns a position, within the original context.</summary>
    public IReadOnlyList<double> Steps => _steps;

    /// <summary>Rotated pairs: half the rotated width.</summary>
    public int Pairs => _steps.Length;

    /// <summary>Multiplies cosines and sines.</summary>
    public double Amplitude { get; }

    /// <summary>True when the steps change with the sequence's length.</summary>
    public bool DependsOnLength => _options.Scaling is RotaryScaling.Dynamic or RotaryScaling.LongRope;

    /// <summary>Writes cosines and sines of neighbouring positions.</summary>
    /// <param name="position">The first position.</param>
    /// <param name="rows">How many.</param>
    /// <param name="sequenceLength">Tokens of the sequence that they belong to.</param>
    /// <param name="cosines">[rows, pairs].</param>
    /// <param name="sines">[rows, pairs].</param>
    public void Fill(int position, int rows, int sequenceLength, Span<float> cosines, Span<float> sines)
    {
        var steps = StepsFor(sequenceLength);
        for (var row = 0; row < rows; row++)
        {
            var offset = row * steps.Length;
            for (var i = 0; i < steps.Length; i++)
            {
                var (sine, cosine) = Math.SinCos((position + row) * steps[i]);
                cosines[offset + i] = (float)(cosine * Amplitude);
                sines[offset + i] = (float)(sine * Amplitude);
            }
        }
    }

    private double[] StepsFor(int length)
    {
        if (!DependsOnLength || length <= _options.OriginalContextLength)
        {
            return _steps;
        }

        if (_options.Scaling == RotaryScaling.LongRope)
        {
            Fill(_stretched, _options.Theta, Divisors(isLong: true));
            return _stretched;
        }

        var stretch = (_options.Factor * length / _options.OriginalContextLength) - (_options.Factor - 1);
        Fill(_stretched, _options.Theta * Math.Pow(stretch, _width / (_width - 2.0)), _options.FrequencyDivisors);
        return _stretched;
    }

    private static double LongAmplitude(RotaryOptions options) =>
        options.Factor <= 1 ? 1 : Math.Sqrt(1 + (Math.Log(options.Factor) / Math.Log(options.OriginalContextLength)));

    private IReadOnlyList<float> Divisors(bool isLong) =>
        _options.Scaling != RotaryScaling.LongRope ? _options.FrequencyDivisors : isLong ? _options.LongDivisors : _options.ShortDivisors;

    private void Fill(double[] steps, double theta, IReadOnlyList<float> divisors)
    {
        for (var i = 0; i < _steps.Length; i++)
        {
            var step = Scale(Math.Pow(theta, -2.0 * i / _width), i);
            steps[i] = divisors.Count > i ? step / divisors[i] : step;
        }
    }

    private double Scale(double step, int pair) => _options.Scaling switch
    {
        RotaryScaling.Linear => step / _options.Factor,
        RotaryScaling.Llama3 => ScaleByWavelength(step),
        RotaryScaling.Yarn => ScaleByRotations(step, pair),
        _ => step,
    };

    private double ScaleByWavelength(double step)
    {
        var wavelength = 2 * Math.PI / step;
        double original = _options.OriginalContextLength;
        if (wavelength < original / _options.HighFrequencyFactor)
        {
            return step;
        }

        if (wavelength > original / _options.LowFrequencyFactor)
        {
            return step / _options.Factor;
        }

        var smooth = ((original / wavelength) - _options.LowFrequencyFactor)
            / (_options.HighFrequencyFactor - _options.LowFrequencyFactor);
        return ((1 - smooth) * step / _options.Factor) + (smooth * step);
    }

    private double ScaleByRotations(double step, int pair)
    {
        var low = PairWithRotations(_options.BetaFast);
        var high = PairWithRotations(_options.BetaSlow);
        if (_options.TruncateRamp)
        {
            low = Math.Floor(low);
            high = Math.Ceiling(high);
        }

        low = Math.Max(low, 0);
        high = Math.Min(high, _width - 1);
        var span = high == low ? 0.001 : high - low;
        var ramp = Math.Clamp((pair - low) / span, 0, 1);
        return (step / _options.Factor * ramp) + (step * (1 - ramp));
    }

    private double PairWithRotations(double rotations) =>
        _width * Math.Log(_options.OriginalContextLength / (rotations * 2 * Math.PI)) / (2 * Math.Log(_options.Theta));
}

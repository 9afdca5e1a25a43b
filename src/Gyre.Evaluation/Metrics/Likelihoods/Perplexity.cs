namespace Gyre.Evaluation.Metrics.Likelihoods;

/// <summary>How surprised a model is by texts: exp of the negative log-likelihood per unit, over all texts together.</summary>
/// <remarks>
/// A text of log-likelihood −∞ or above 0, or without any unit, is undefined and leaves the sums alone.
/// <para>Source: F. Jelinek et al. 1977; words and bytes divide the same log-likelihood by other counts, so that models with different
/// vocabularies compare.</para>
/// </remarks>
public static class Perplexity
{
    /// <summary><c>perplexity-token</c>: comparable only between models of one vocabulary.</summary>
    public static IMetric<LikelihoodSample> Token { get; } = Make("perplexity-token", "tokens", sample => sample.Tokens, Exponential, 1);

    /// <summary><c>perplexity-word</c>.</summary>
    public static IMetric<LikelihoodSample> Word { get; } = Make("perplexity-word", "words", sample => sample.Words, Exponential, 1);

    /// <summary><c>perplexity-byte</c>.</summary>
    public static IMetric<LikelihoodSample> Byte { get; } = Make("perplexity-byte", "bytes", sample => sample.Bytes, Exponential, 1);

    /// <summary><c>bits-per-byte</c>: the logarithm of <see cref="Byte"/> to base 2.</summary>
    public static IMetric<LikelihoodSample> BitsPerByte { get; } = Make("bits-per-byte", "bytes", sample => sample.Bytes, nats => MetricValue.Of(nats / Math.Log(2)), 0);

    private static SumsMetric<LikelihoodSample> Make(string name, string unit, Func<LikelihoodSample, long> units, Func<double, MetricValue> value, double least) => new(
        name,
        new MetricForm(ScoreDirection.LowerIsBetter, MetricUnit.Number, least, double.PositiveInfinity, "Jelinek et al. 1977"),
        2,
        (sample, sums) =>
        {
            if (!double.IsFinite(sample.LogLikelihood) || sample.LogLikelihood > 0)
            {
                return new Undefined(UndefinedCause.MissingInput, $"the log-likelihood is {sample.LogLikelihood}; expected a finite number, 0 or less");
            }

            if (units(sample) < 1)
            {
                return new Undefined(UndefinedCause.EmptyReference, $"the text has {units(sample)} {unit}");
            }

            (sums[0], sums[1]) = (-sample.LogLikelihood, units(sample));
            return null;
        },
        (sums, _) => value(sums[0] / sums[1]));

    private static MetricValue Exponential(double nats)
    {
        var perplexity = Math.Exp(nats);
        return double.IsFinite(perplexity)
            ? MetricValue.Of(perplexity)
            : MetricValue.Undefined(UndefinedCause.TooLarge, $"the perplexity is e to the power {nats:0.#}, more than a number can hold");
    }
}

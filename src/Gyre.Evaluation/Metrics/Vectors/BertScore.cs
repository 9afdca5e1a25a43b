using System.Diagnostics.CodeAnalysis;
using Gyre.Contracts;

namespace Gyre.Evaluation.Metrics.Vectors;

/// <summary>BERTScore: every token is matched with the one of the other text whose vector is nearest by cosine.</summary>
/// <param name="Precision">The weighted mean over the candidate's tokens.</param>
/// <param name="Recall">The weighted mean over the reference's tokens.</param>
/// <remarks>
/// Tokens that the model added at the ends may be matched with and have no weight, as in the authors' own program.
/// <para>Cost: candidate × reference tokens × dimensions; texts whose tokens' product is above 2²² are undefined.</para>
/// <para>Source: T. Zhang et al., "BERTScore: Evaluating Text Generation with BERT", 2020, section 3; bert_score 0.3.13.</para>
/// </remarks>
public readonly record struct BertScore(double Precision, double Recall)
{
    private const long MostPairs = 1L << 22;

    /// <summary>2·P·R ÷ (P + R); undefined when the two add up to 0.</summary>
    public MetricValue F1 => MetricValue.Ratio(2 * Precision * Recall, Precision + Recall, "precision and recall add up to 0");

    /// <summary><c>bertscore-f1-MODEL</c> and so on: the mean over samples of the best reference's number.</summary>
    /// <param name="part">Which number.</param>
    /// <param name="source">The name of the model whose vectors they are, which becomes part of the metric's.</param>
    /// <param name="weights">Weights of tokens; null counts each once.</param>
    /// <param name="baseline">What unrelated texts score with this model, below 1: numbers become (x − baseline) ÷ (1 − baseline). Null leaves them.</param>
    public static IMetric<BertScoreSample> Metric(BertScorePart part, string source, TokenWeights? weights = null, double? baseline = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(source);
        if (baseline is not (null or (>= -1 and < 1)))
        {
            throw new ArgumentOutOfRangeException(nameof(baseline), baseline, "A baseline is −1 or more and below 1.");
        }

        // F1 of numbers that may be negative has no bounds.
        var least = part == BertScorePart.F1 ? double.NegativeInfinity : (-1 - (baseline ?? 0)) / (1 - (baseline ?? 0));
        return new MeanMetric<BertScoreSample>(
            $"bertscore-{part.ToString().ToLowerInvariant()}{(weights is null ? "" : "-idf")}{(baseline is null ? "" : "-rescaled")}-{source}",
            new MetricForm(ScoreDirection.HigherIsBetter, MetricUnit.Number, least, part == BertScorePart.F1 ? double.PositiveInfinity : 1, "Zhang et al. 2020"),
            sample =>
            {
                var best = Best(sample, part, weights);
                return best.IsDefined && baseline is { } b ? MetricValue.Of((best.Number - b) / (1 - b)) : best;
            });
    }

    /// <summary>Compares two texts, or says why they cannot be compared.</summary>
    public static bool TryCompare(TokenVectors candidate, TokenVectors reference, TokenWeights? weights, out BertScore score, [NotNullWhen(false)] out Undefined? reason)
    {
        ArgumentNullException.ThrowIfNull(candidate);
        ArgumentNullException.ThrowIfNull(reference);
        score = default;
        reason = Fault(candidate, reference);
        if (reason is not null)
        {
            return false;
        }

        var (candidateLengths, referenceLengths) = (Lengths(candidate), Lengths(reference));
        var (found, wanted) = (new double[candidateLengths.Length], new double[referenceLengths.Length]);
        found.AsSpan().Fill(-1);
        wanted.AsSpan().Fill(-1);
        for (var i = 0; i < found.Length; i++)
        {
            for (var j = 0; j < wanted.Length; j++)
            {
                var length = candidateLengths[i] * referenceLengths[j];
                if (!double.IsFinite(length) || length == 0)
                {
                    reason = new Undefined(UndefinedCause.MissingInput, "a token's vector is zero or has an element that is not a finite number");
                    return false;
                }

                var cosine = Math.Clamp(EmbeddingCosine.Dot(candidate.Row(i), reference.Row(j)) / length, -1, 1);
                found[i] = Math.Max(found[i], cosine);
                wanted[j] = Math.Max(wanted[j], cosine);
            }
        }

        var (precision, recall) = (Mean(found, candidate, weights), Mean(wanted, reference, weights));
        reason = precision.Reason ?? recall.Reason;
        if (reason is not null)
        {
            return false;
        }

        score = new BertScore(precision.Number, recall.Number);
        return true;
    }

    private static Undefined? Fault(TokenVectors candidate, TokenVectors reference)
    {
        var (found, wanted) = (candidate.Tokens.Length, reference.Tokens.Length);
        return candidate.OwnTokens == 0 ? new Undefined(UndefinedCause.EmptyCandidate, "the candidate has no tokens")
            : reference.OwnTokens == 0 ? new Undefined(UndefinedCause.EmptyReference, "the reference has no tokens")
            : candidate.Dimensions != reference.Dimensions ? new Undefined(UndefinedCause.MissingInput, $"the vectors have {candidate.Dimensions} and {reference.Dimensions} elements, and as many are expected")
            : (long)found * wanted > MostPairs ? new Undefined(UndefinedCause.TooLarge, $"the texts have {found} and {wanted} tokens, and the product may be {MostPairs} at most")
            : null;
    }

    private static MetricValue Best(BertScoreSample sample, BertScorePart part, TokenWeights? weights)
    {
        var best = MetricValue.Undefined(UndefinedCause.NoReference, "the sample has no reference");
        for (var i = 0; i < sample.References.Count; i++)
        {
            var value = !TryCompare(sample.Candidate, sample.References[i], weights, out var score, out var reason) ? MetricValue.Undefined(reason)
                : part == BertScorePart.Precision ? MetricValue.Of(score.Precision)
                : part == BertScorePart.Recall ? MetricValue.Of(score.Recall)
                : score.F1;
            best = i == 0 || (value.IsDefined && (!best.IsDefined || value.Number > best.Number)) ? value : best;
        }

        return best;
    }

    private static MetricValue Mean(double[] greatest, TokenVectors text, TokenWeights? weights)
    {
        var (sum, total) = (0.0, 0.0);
        for (var i = 0; i < greatest.Length; i++)
        {
            var weight = text.IsAdded(i) ? 0 : weights is null ? 1 : weights[text.Tokens.Span[i]];
            sum += weight * greatest[i];
            total += weight;
        }

        return MetricValue.Ratio(sum, total, "every token stands in every reference, so that none has weight");
    }

    private static double[] Lengths(TokenVectors text)
    {
        var lengths = new double[text.Tokens.Length];
        for (var i = 0; i < lengths.Length; i++)
        {
            lengths[i] = EmbeddingCosine.LengthOf(text.Row(i));
        }

        return lengths;
    }
}

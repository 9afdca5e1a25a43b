using System.Diagnostics.CodeAnalysis;

namespace Gyre.Evaluation.Metrics.Overlap;

/// <summary>ROUGE: the n-grams or the longest common subsequence that a candidate shares with a reference.</summary>
/// <remarks>
/// Its name says the variant: <c>rouge-1</c>, <c>rouge-l-stem</c>, <c>rouge-2-stem-recall</c>, <c>rouge-1-whitespace</c>. Of several
/// references the one with the best F counts; samples together have the mean.
/// <para>Cost: n-grams linear; subsequences the product of the lengths over 64. A pair of texts whose product exceeds 10^10
/// words, or 10^6 pairs of lines, is undefined.</para>
/// <para>Source: Lin, ROUGE: A Package for Automatic Evaluation of Summaries, 2004; the package rouge-score 0.1.2.</para>
/// </remarks>
public sealed class Rouge : IMetric<TextSample>
{
    private const int MostOrders = 9;
    private readonly RougeOptions _options;
    private readonly ScratchPool<RougeScratch> _pool = new();

    /// <summary>ROUGE of the given variant.</summary>
    /// <exception cref="ArgumentException">Options are out of range or exclude each other.</exception>
    public Rouge(RougeOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Order is < 1 or > MostOrders || !Enum.IsDefined(options.Measure) || !Enum.IsDefined(options.Words) || !Enum.IsDefined(options.Part))
        {
            throw new ArgumentException($"Set up ROUGE: found {options}; expected n-grams of 1 to {MostOrders} words and named measures, words and parts.", nameof(options));
        }

        if (options.Words == RougeWords.WhitespaceUnique && (options.Stems || options.Measure == RougeMeasure.SummarySubsequence))
        {
            throw new ArgumentException("Set up ROUGE: found words between whitespace with stems or line by line; expected n-grams or the longest subsequence, without stems.", nameof(options));
        }

        _options = options;
        Name = "rouge-" + options.Measure switch { RougeMeasure.NGrams => $"{options.Order}", RougeMeasure.LongestSubsequence => "l", _ => "lsum" }
            + (options.Stems ? "-stem" : "") + (options.Words == RougeWords.WhitespaceUnique ? "-whitespace" : "")
            + options.Part switch { RougePart.Precision => "-precision", RougePart.Recall => "-recall", _ => "" };
        Form = MetricForm.Share(options.Words == RougeWords.RougeScore ? "Lin 2004; rouge-score 0.1.2" : "Lin 2004; words between whitespace, unique n-grams");
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public MetricForm Form { get; }

    /// <inheritdoc/>
    public int Width => 1;

    /// <summary>The scores of one text against the best of its references; 0 where there are no words.</summary>
    /// <exception cref="ArgumentException">There is no reference, or the texts are longer than the limits above.</exception>
    public RougeScore Sentence(string candidate, IReadOnlyList<string> references)
    {
        var sample = new TextSample(candidate, references);
        Require.References(sample, Name, 0);
        return TryScore(sample, out var score, out _, out var reason) ? score : throw new ArgumentException($"Measure {Name}: {reason.Detail}.", nameof(candidate));
    }

    /// <inheritdoc/>
    public bool TryMeasure(TextSample sample, Span<double> destination, [NotNullWhen(false)] out Undefined? reason)
    {
        if (sample.References.Count == 0)
        {
            reason = OverlapReasons.NoReference;
            return false;
        }

        if (TryScore(sample, out var score, out var referenceWords, out reason))
        {
            destination[0] = _options.Part switch { RougePart.Precision => score.Precision, RougePart.Recall => score.Recall, _ => score.F };
            reason = referenceWords == 0 ? OverlapReasons.NoReferenceWords : null;
        }

        return reason is null;
    }

    /// <inheritdoc/>
    public MetricValue Combine(ReadOnlySpan<double> sums, long count) =>
        count == 0 ? MetricValue.Undefined(OverlapReasons.NoSamples) : MetricValue.Of(sums[0] / count);

    private bool TryScore(in TextSample sample, out RougeScore best, out int referenceWords, [NotNullWhen(false)] out Undefined? reason)
    {
        var scratch = _pool.Rent();
        try
        {
            var lines = _options.Measure == RougeMeasure.SummarySubsequence;
            (best, referenceWords, reason) = (default, 0, null);
            scratch.ReadCandidate(sample.Candidate, _options.Words, _options.Stems, lines);
            for (var index = 0; index < sample.References.Count; index++)
            {
                scratch.ReadReference(sample.References[index], _options.Words, _options.Stems, lines);
                if (_options.Measure != RougeMeasure.NGrams && scratch.Excess() is { } excess)
                {
                    reason = excess;
                    return false;
                }

                var score = Score(scratch);
                best = score.F > best.F ? score : best;
                referenceWords += scratch.ReferenceLength;
            }

            return true;
        }
        finally
        {
            _pool.Return(scratch);
        }
    }

    private RougeScore Score(RougeScratch scratch) => (_options.Words, _options.Measure) switch
    {
        (RougeWords.WhitespaceUnique, RougeMeasure.NGrams) => scratch.DistinctGrams(_options.Order),
        (RougeWords.WhitespaceUnique, _) => scratch.DistinctSubsequence(),
        (_, RougeMeasure.NGrams) => scratch.Grams(_options.Order),
        (_, RougeMeasure.LongestSubsequence) => scratch.Subsequence(),
        _ => scratch.Summary(),
    };
}

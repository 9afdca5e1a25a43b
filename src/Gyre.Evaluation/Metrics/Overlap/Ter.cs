using System.Diagnostics.CodeAnalysis;

namespace Gyre.Evaluation.Metrics.Overlap;

/// <summary>TER with the numbers of sacreBLEU: the words to insert, delete, replace and the runs to shift until a candidate is its reference.</summary>
/// <remarks>
/// Named <c>ter</c> and what differs: <c>ter-norm-nopunct-asian-cased</c>. The limits are the source's: shifts of at most 10
/// words over at most 50, distances within 25 words of the diagonal, at most 1,000 tried shifts a pair of texts. A text of
/// more than 20,000 words is undefined, which the source does not limit. As a metric it leaves samples whose
/// references are empty out, as undefined; <see cref="Corpus"/> counts them as the source does.
/// <para>Cost: the tried shifts times 50 cells a word that they move; no allocation a row after the first rows.</para>
/// <para>Source: Snover et al., A Study of Translation Edit Rate with Targeted Human Annotation, AMTA 2006; sacreBLEU, commit f615c728.</para>
/// </remarks>
public sealed class Ter : IMetric<TextSample>
{
    private const int MostWords = 20_000;
    private readonly TerOptions _options;
    private readonly ScratchPool<TerScratch> _pool = new();

    /// <summary>TER of the given variant.</summary>
    public Ter(TerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        Name = "ter" + (options.Normalise ? "-norm" : "") + (options.WithoutPunctuation ? "-nopunct" : "") + (options.AsianSupport ? "-asian" : "") + (options.CaseSensitive ? "-cased" : "");
    }

    /// <summary>TER as sacreBLEU computes it when nothing else is said.</summary>
    public Ter()
        : this(new TerOptions())
    {
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public MetricForm Form { get; } = new(ScoreDirection.LowerIsBetter, MetricUnit.Points, 0, double.PositiveInfinity, "Snover et al. 2006; sacreBLEU f615c728");

    /// <inheritdoc/>
    public int Width => 2;

    /// <summary>The rate of one text, whatever its references hold.</summary>
    /// <exception cref="ArgumentException">There is no reference, or a text is longer than the limit.</exception>
    public TerScore Sentence(string candidate, IReadOnlyList<string> references) => Corpus([new TextSample(candidate, references)]);

    /// <summary>The rate of texts together, whatever their references hold.</summary>
    /// <exception cref="ArgumentException">A text has no reference, or is longer than the limit.</exception>
    public TerScore Corpus(IEnumerable<TextSample> samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        var (edits, length, row) = (0L, 0.0, 0);
        foreach (var sample in samples)
        {
            Require.References(sample, Name, row);
            if (!TryCount(sample, out var count, out var words, out var reason))
            {
                throw new ArgumentException($"Measure {Name}: {reason.Detail}, row {row}.", nameof(samples));
            }

            (edits, length, row) = (edits + count, length + words, row + 1);
        }

        return new TerScore(Score(edits, length), edits, length);
    }

    /// <inheritdoc/>
    public bool TryMeasure(TextSample sample, Span<double> destination, [NotNullWhen(false)] out Undefined? reason)
    {
        if (sample.References.Count == 0)
        {
            reason = OverlapReasons.NoReference;
            return false;
        }

        if (TryCount(sample, out var edits, out var length, out reason))
        {
            (destination[0], destination[1]) = (edits, length);
            reason = length == 0 ? OverlapReasons.NoReferenceWords : null;
        }

        return reason is null;
    }

    /// <inheritdoc/>
    public MetricValue Combine(ReadOnlySpan<double> sums, long count) =>
        count == 0 ? MetricValue.Undefined(OverlapReasons.NoSamples) : MetricValue.Of(Score(sums[0], sums[1]));

    private static double Score(double edits, double length) => length > 0 ? 100 * (edits / length) : edits > 0 ? 100 : 0;

    private bool TryCount(in TextSample sample, out int edits, out double length, [NotNullWhen(false)] out Undefined? reason)
    {
        var scratch = _pool.Rent();
        try
        {
            (edits, length, reason) = (int.MaxValue, 0, null);
            TerTokenization.Read(_options, sample.Candidate, scratch, scratch.Candidate);
            for (var index = 0; index < sample.References.Count; index++)
            {
                TerTokenization.Read(_options, sample.References[index], scratch, scratch.Reference);
                var most = Math.Max(scratch.Candidate.Length, scratch.Reference.Length);
                if (most > MostWords)
                {
                    reason = new Undefined(UndefinedCause.TooLarge, $"a text has {most} words, more than the limit of {MostWords}");
                    return false;
                }

                edits = Math.Min(edits, scratch.Shifts.Edits(scratch.Candidate.Span, scratch.Reference.Span));
                length += scratch.Reference.Length;
            }

            length /= sample.References.Count;
            return true;
        }
        finally
        {
            _pool.Return(scratch);
        }
    }
}

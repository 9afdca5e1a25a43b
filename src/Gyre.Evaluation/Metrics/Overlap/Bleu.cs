using System.Diagnostics.CodeAnalysis;

namespace Gyre.Evaluation.Metrics.Overlap;

/// <summary>BLEU with the numbers of sacreBLEU: the shared n-grams of candidates and references, and a penalty for short candidates.</summary>
/// <remarks>
/// Its name says the variant: <c>bleu-13a-exp</c>, <c>bleu-char-floor-lc-effective</c>. As a metric it leaves samples whose
/// references have no words out, as undefined; <see cref="Sentence"/> and <see cref="Corpus"/> count them, as sacreBLEU does.
/// <para>Cost: linear in the length of the texts; no allocation a row after the first rows.</para>
/// <para>Source: Papineni et al., BLEU: a Method for Automatic Evaluation of Machine Translation, ACL 2002; sacreBLEU, commit f615c728.</para>
/// </remarks>
public sealed class Bleu : IMetric<TextSample>
{
    private const int MostOrders = 16;
    private readonly BleuOptions _options;
    private readonly ScratchPool<OverlapScratch> _pool = new();

    /// <summary>BLEU of the given variant.</summary>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public Bleu(BleuOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.MaxOrder is < 1 or > MostOrders)
        {
            throw new ArgumentException($"Set up BLEU: found a longest n-gram of {options.MaxOrder} words; expected 1 to {MostOrders}.", nameof(options));
        }

        _options = options;
        Name = $"bleu-{BleuTokenization.Name(options.Tokenizer)}-{options.Smoothing}" + (options.Lowercase ? "-lc" : "")
            + (options.EffectiveOrder ? "-effective" : "") + (options.MaxOrder == 4 ? "" : $"-order{options.MaxOrder}");
    }

    /// <summary>BLEU as sacreBLEU computes it when nothing else is said.</summary>
    public Bleu()
        : this(new BleuOptions())
    {
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public MetricForm Form { get; } = new(ScoreDirection.HigherIsBetter, MetricUnit.Points, 0, 100, "Papineni et al. 2002; sacreBLEU f615c728");

    /// <inheritdoc/>
    public int Width => 2 + (2 * _options.MaxOrder);

    /// <summary>The score of one text, whatever its references hold.</summary>
    /// <exception cref="ArgumentException">There is no reference.</exception>
    public BleuScore Sentence(string candidate, IReadOnlyList<string> references) => Corpus([new TextSample(candidate, references)]);

    /// <summary>The score of texts together, whatever their references hold.</summary>
    /// <exception cref="ArgumentException">A text has no reference.</exception>
    public BleuScore Corpus(IEnumerable<TextSample> samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        var sums = (stackalloc double[2 + (2 * MostOrders)])[..Width];
        var sample = (stackalloc double[2 + (2 * MostOrders)])[..Width];
        sums.Clear();
        var row = 0;
        foreach (var text in samples)
        {
            Require.References(text, "BLEU", row++);
            Count(text, sample);
            for (var i = 0; i < sums.Length; i++)
            {
                sums[i] += sample[i];
            }
        }

        return Score(sums);
    }

    /// <inheritdoc/>
    public bool TryMeasure(TextSample sample, Span<double> destination, [NotNullWhen(false)] out Undefined? reason)
    {
        if (sample.References.Count == 0)
        {
            reason = OverlapReasons.NoReference;
            return false;
        }

        reason = Count(sample, destination) == 0 ? OverlapReasons.NoReferenceWords : null;
        return reason is null;
    }

    /// <inheritdoc/>
    public MetricValue Combine(ReadOnlySpan<double> sums, long count)
    {
        if (count == 0)
        {
            return MetricValue.Undefined(OverlapReasons.NoSamples);
        }

        Span<double> precisions = stackalloc double[MostOrders];
        return MetricValue.Of(Score(sums, precisions[.._options.MaxOrder], out _));
    }

    // Writes a sample's statistics and returns the words of all its references.
    private int Count(in TextSample sample, Span<double> destination)
    {
        var scratch = _pool.Rent();
        try
        {
            BleuTokenization.Read(_options, sample.Candidate, scratch, scratch.Candidate);
            scratch.EndCandidate();
            for (var index = 0; index < sample.References.Count; index++)
            {
                BleuTokenization.Read(_options, sample.References[index], scratch, scratch.References);
                scratch.EndReference();
            }

            var orders = _options.MaxOrder;
            Span<int> matches = stackalloc int[MostOrders];
            scratch.Overlap.Count(scratch.Candidate.Span, scratch.CandidateWords, scratch.References.Span, scratch.Ends.Span, matches[..orders]);
            destination[0] = scratch.Candidate.Length;
            destination[1] = ClosestLength(scratch.Candidate.Length, scratch.Ends.Span);
            for (var i = 0; i < orders; i++)
            {
                destination[2 + i] = matches[i];
                destination[2 + orders + i] = Math.Max(0, scratch.Candidate.Length - i);
            }

            return scratch.References.Length;
        }
        finally
        {
            _pool.Return(scratch);
        }
    }

    /// <summary>The length of the reference that is closest to the candidate's; of two, the shorter one's.</summary>
    internal static int ClosestLength(int length, ReadOnlySpan<int> ends)
    {
        var (closest, start) = (-1, 0);
        foreach (var end in ends)
        {
            var (reference, distance) = (end - start, Math.Abs(end - start - length));
            if (closest < 0 || distance < Math.Abs(closest - length) || (distance == Math.Abs(closest - length) && reference < closest))
            {
                closest = reference;
            }

            start = end;
        }

        return closest;
    }

    private BleuScore Score(ReadOnlySpan<double> sums)
    {
        var orders = _options.MaxOrder;
        var precisions = new double[orders];
        var score = Score(sums, precisions, out var penalty);
        var (matches, totals) = (new long[orders], new long[orders]);
        for (var i = 0; i < orders; i++)
        {
            (matches[i], totals[i]) = ((long)sums[2 + i], (long)sums[2 + orders + i]);
        }

        return new BleuScore(score, precisions, matches, totals, penalty, (long)sums[0], (long)sums[1]);
    }

    private double Score(ReadOnlySpan<double> sums, Span<double> precisions, out double penalty)
    {
        var (length, reference) = (sums[0], sums[1]);
        penalty = length >= reference ? 1 : length > 0 ? Math.Exp(1 - (reference / length)) : 0;
        precisions.Clear();
        var matches = sums.Slice(2, precisions.Length);
        var totals = sums[(2 + precisions.Length)..];
        if (matches.IndexOfAnyExcept(0) < 0)
        {
            return 0;
        }

        var (kind, value) = (_options.Smoothing.Kind, _options.Smoothing.Value);
        var (halving, order) = (1.0, precisions.Length);
        for (var i = 0; i < precisions.Length; i++)
        {
            var added = kind == BleuSmoothingKind.AddK && i > 0 ? value : 0;
            var (match, total) = (matches[i] + added, totals[i] + added);
            if (total == 0)
            {
                break;
            }

            order = _options.EffectiveOrder ? i + 1 : order;
            if (match != 0)
            {
                precisions[i] = 100 * match / total;
            }
            else if (kind == BleuSmoothingKind.Exponential)
            {
                halving *= 2;
                precisions[i] = 100 / (halving * total);
            }
            else if (kind == BleuSmoothingKind.Floor)
            {
                precisions[i] = 100 * value / total;
            }
        }

        var logarithms = 0.0;
        foreach (var precision in precisions[..order])
        {
            if (precision == 0)
            {
                return 0;
            }

            logarithms += Math.Log(precision);
        }

        return Math.Min(100, penalty * Math.Exp(logarithms / order)); // The exponential of a logarithm rounds to a little above 100.
    }
}

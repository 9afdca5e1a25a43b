using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Gyre.Evaluation.Metrics.Overlap;

/// <summary>BLEU with the numbers of NLTK's <c>sentence_bleu</c> and <c>corpus_bleu</c>, on words between whitespace.</summary>
/// <remarks>
/// Named by its smoothing: <c>bleu-nltk-method3</c> is the mean over sentences, <c>bleu-nltk-corpus-method3</c> the score of
/// summed counts. Methods 5 to 7 look at a sentence's own n-grams, so that they have no corpus form (NLTK's takes the last
/// sentence's). Method 6 is undefined where NLTK stops with an assertion.
/// <para>Cost: linear in the length of the texts; no allocation a row after the first rows.</para>
/// <para>Source: NLTK 3.8, <c>nltk.translate.bleu_score</c>.</para>
/// </remarks>
public sealed class NltkBleu : IMetric<TextSample>
{
    private const int MostOrders = 16;
    private const int FiveGram = 5;
    private const double LeastNormal = 2.2250738585072014E-308;
    private static readonly Undefined NoTrigram = new(UndefinedCause.ZeroDenominator, "method 6 needs a shared trigram, and there is none");
    private readonly NltkBleuOptions _options;
    private readonly double[] _weights;
    private readonly bool _standardWeights;
    private readonly ScratchPool<OverlapScratch> _pool = new();

    /// <summary>BLEU of the given variant.</summary>
    /// <exception cref="ArgumentException">Options are out of range or exclude each other; all faults are named.</exception>
    public NltkBleu(NltkBleuOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var faults = new List<string>();
        if (!Enum.IsDefined(options.Smoothing))
        {
            faults.Add($"the smoothing {options.Smoothing} is none of method 0 to 7");
        }

        if (options.Weights is not { Count: >= 1 and <= MostOrders } || options.Weights.Any(weight => !(weight is >= 0 and <= 1)))
        {
            faults.Add($"weights are not 1 to {MostOrders} numbers from 0 to 1");
        }
        else if (options.Smoothing == NltkSmoothing.Method6 && options.Weights.Count < 3)
        {
            faults.Add("method 6 needs the weights of three orders or more");
        }

        if (options.IsCorpus && options.Smoothing >= NltkSmoothing.Method5)
        {
            faults.Add($"{options.Smoothing} has no corpus form");
        }

        if (!(options.Epsilon is > 0 and < double.PositiveInfinity && options.Alpha is > 0 and < double.PositiveInfinity && options.K is > 0 and < double.PositiveInfinity))
        {
            faults.Add("epsilon, alpha and k are not finite numbers above 0");
        }

        if (faults.Count > 0)
        {
            throw new ArgumentException($"Set up NLTK's BLEU: {string.Join("; ", faults)}.", nameof(options));
        }

        (_options, _weights) = (options, [.. options.Weights]);
        _standardWeights = _weights.AsSpan().SequenceEqual([0.25, 0.25, 0.25, 0.25]);
        Name = (options.IsCorpus ? "bleu-nltk-corpus-" : "bleu-nltk-") + $"method{(int)options.Smoothing}"
            + (_standardWeights ? "" : "-w" + string.Join('_', _weights.Select(weight => weight.ToString(CultureInfo.InvariantCulture)))) + (options.AutoReweigh ? "-reweigh" : "")
            + (options.Epsilon == 0.1 ? "" : $"-epsilon{options.Epsilon}") + (options.Alpha == 5 ? "" : $"-alpha{options.Alpha}") + (options.K == 5 ? "" : $"-k{options.K}");
        var greatest = options.Smoothing is NltkSmoothing.Method5 or NltkSmoothing.Method6 or NltkSmoothing.Method7 ? double.PositiveInfinity : 1;
        Form = new MetricForm(ScoreDirection.HigherIsBetter, MetricUnit.Share, 0, greatest, "Chen and Cherry 2014; NLTK 3.8 bleu_score");
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public MetricForm Form { get; }

    /// <inheritdoc/>
    public int Width => _options.IsCorpus ? Counts : 1;

    private int Counts => 2 + (2 * _weights.Length);

    /// <summary>The score of one text, as <c>sentence_bleu</c> gives it, whatever its references hold.</summary>
    /// <exception cref="ArgumentException">There is no reference.</exception>
    public MetricValue Sentence(string candidate, IReadOnlyList<string> references)
    {
        var sample = new TextSample(candidate, references);
        Require.References(sample, Name, 0);
        var counts = (stackalloc double[2 + (2 * MostOrders)])[..Counts];
        Count(sample, counts, out var fiveGrams, out _);
        return Score(counts, fiveGrams);
    }

    /// <summary>The score of texts together, as <c>corpus_bleu</c> gives it, whatever their references hold.</summary>
    /// <exception cref="ArgumentException">A text has no reference.</exception>
    /// <exception cref="InvalidOperationException">The smoothing has no corpus form.</exception>
    public MetricValue Corpus(IEnumerable<TextSample> samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        if (_options.Smoothing >= NltkSmoothing.Method5)
        {
            throw new InvalidOperationException($"Score a corpus by NLTK's BLEU: found {_options.Smoothing}, which looks at one sentence; expected method 0 to 4.");
        }

        var sums = (stackalloc double[2 + (2 * MostOrders)])[..Counts];
        var counts = (stackalloc double[2 + (2 * MostOrders)])[..Counts];
        sums.Clear();
        var row = 0;
        foreach (var sample in samples)
        {
            Require.References(sample, Name, row++);
            Count(sample, counts, out _, out _);
            for (var i = 0; i < sums.Length; i++)
            {
                sums[i] += counts[i];
            }
        }

        return row == 0 ? MetricValue.Undefined(OverlapReasons.NoSamples) : Score(sums, default);
    }

    /// <inheritdoc/>
    public bool TryMeasure(TextSample sample, Span<double> destination, [NotNullWhen(false)] out Undefined? reason)
    {
        if (sample.References.Count == 0)
        {
            reason = OverlapReasons.NoReference;
            return false;
        }

        var counts = (stackalloc double[2 + (2 * MostOrders)])[..Counts];
        Count(sample, counts, out var fiveGrams, out var referenceWords);
        if (referenceWords == 0)
        {
            reason = OverlapReasons.NoReferenceWords;
            return false;
        }

        reason = null;
        if (_options.IsCorpus)
        {
            counts.CopyTo(destination);
            return true;
        }

        var value = Score(counts, fiveGrams);
        reason = value.Reason;
        destination[0] = value.IsDefined ? value.Number : 0;
        return reason is null;
    }

    /// <inheritdoc/>
    public MetricValue Combine(ReadOnlySpan<double> sums, long count) => count == 0
        ? MetricValue.Undefined(OverlapReasons.NoSamples)
        : _options.IsCorpus ? Score(sums, default) : MetricValue.Of(sums[0] / count);

    // Lengths, matches and totals; totals are at least 1 for every sentence and order, as NLTK counts them.
    private void Count(in TextSample sample, Span<double> destination, out (int Matches, int Total) fiveGrams, out int referenceWords)
    {
        var scratch = _pool.Rent();
        try
        {
            scratch.Words.AddAll(sample.Candidate, scratch.Candidate);
            scratch.EndCandidate();
            for (var index = 0; index < sample.References.Count; index++)
            {
                scratch.Words.AddAll(sample.References[index], scratch.References);
                scratch.EndReference();
            }

            var orders = _options.Smoothing is NltkSmoothing.Method5 or NltkSmoothing.Method7 ? Math.Max(FiveGram, _weights.Length) : _weights.Length;
            Span<int> matches = stackalloc int[MostOrders];
            var length = scratch.Candidate.Length;
            scratch.Overlap.Count(scratch.Candidate.Span, scratch.CandidateWords, scratch.References.Span, scratch.Ends.Span, matches[..orders]);
            (destination[0], destination[1]) = (length, Bleu.ClosestLength(length, scratch.Ends.Span));
            for (var i = 0; i < _weights.Length; i++)
            {
                destination[2 + i] = matches[i];
                destination[2 + _weights.Length + i] = Math.Max(1, length - i);
            }

            fiveGrams = orders < FiveGram ? default : (matches[FiveGram - 1], Math.Max(1, length - FiveGram + 1));
            referenceWords = scratch.References.Length;
        }
        finally
        {
            _pool.Return(scratch);
        }
    }

    private MetricValue Score(ReadOnlySpan<double> counts, (int Matches, int Total) fiveGrams)
    {
        var (length, reference) = (counts[0], counts[1]);
        var matches = counts.Slice(2, _weights.Length);
        var totals = counts.Slice(2 + _weights.Length, _weights.Length);
        if (matches[0] == 0)
        {
            return MetricValue.Of(0);
        }

        var precisions = (stackalloc double[MostOrders])[.._weights.Length];
        for (var i = 0; i < precisions.Length; i++)
        {
            precisions[i] = matches[i] / totals[i];
        }

        if (_options.Smoothing == NltkSmoothing.Method6 && matches[2] == 0)
        {
            return MetricValue.Undefined(NoTrigram);
        }

        Smooth(precisions, matches, totals, length, fiveGrams);
        var reweigh = _options.AutoReweigh && _standardWeights && length < 4;
        var orders = reweigh ? (int)length : precisions.Length;
        var logarithms = 0.0;
        for (var i = 0; i < orders; i++)
        {
            // NLTK leaves an order whose precision is still 0 out.
            logarithms += precisions[i] > 0 ? (reweigh ? 1 / length : _weights[i]) * Math.Log(precisions[i]) : 0;
        }

        var penalty = length > reference ? 1 : length == 0 ? 0 : Math.Exp(1 - (reference / length));
        return MetricValue.Of(penalty * Math.Exp(logarithms));
    }

    private void Smooth(Span<double> precisions, ReadOnlySpan<double> matches, ReadOnlySpan<double> totals, double length, (int Matches, int Total) fiveGrams)
    {
        switch (_options.Smoothing)
        {
            case NltkSmoothing.Method0 or NltkSmoothing.Method1 or NltkSmoothing.Method3:
                SmoothEmpty(precisions, matches, totals);
                break;
            case NltkSmoothing.Method2:
                for (var i = 1; i < precisions.Length; i++)
                {
                    precisions[i] = (matches[i] + 1) / (totals[i] + 1);
                }

                break;
            case NltkSmoothing.Method4:
                SmoothShort(precisions, matches, totals, length);
                break;
            case NltkSmoothing.Method5:
                Average(precisions, fiveGrams);
                break;
            case NltkSmoothing.Method6:
                for (var i = 2; i < precisions.Length; i++)
                {
                    var expected = precisions[i - 2] == 0 ? 0 : precisions[i - 1] * precisions[i - 1] / precisions[i - 2];
                    precisions[i] = (matches[i] + (_options.Alpha * expected)) / (Math.Max(0, length - i) + _options.Alpha);
                }

                break;
            case NltkSmoothing.Method7:
                SmoothShort(precisions, matches, totals, length);
                Average(precisions, fiveGrams);
                break;
        }
    }

    private void SmoothEmpty(Span<double> precisions, ReadOnlySpan<double> matches, ReadOnlySpan<double> totals)
    {
        var halving = 1.0;
        for (var i = 0; i < precisions.Length; i++)
        {
            if (matches[i] == 0)
            {
                halving *= 2;
                precisions[i] = _options.Smoothing switch
                {
                    NltkSmoothing.Method0 => LeastNormal,
                    NltkSmoothing.Method1 => _options.Epsilon / totals[i],
                    _ => 1 / (halving * totals[i]),
                };
            }
        }
    }

    private void SmoothShort(Span<double> precisions, ReadOnlySpan<double> matches, ReadOnlySpan<double> totals, double length)
    {
        if (length <= 1)
        {
            return;
        }

        var (factor, halving) = (Math.Log(length) / _options.K, 1.0);
        for (var i = 0; i < precisions.Length; i++)
        {
            if (matches[i] == 0)
            {
                halving *= 2;
                precisions[i] = factor / halving / totals[i];
            }
        }
    }

    private static void Average(Span<double> precisions, (int Matches, int Total) fiveGrams)
    {
        var before = precisions[0] + 1;
        for (var i = 0; i < precisions.Length; i++)
        {
            var after = i + 1 < precisions.Length ? precisions[i + 1] : (double)fiveGrams.Matches / fiveGrams.Total;
            precisions[i] = before = (before + precisions[i] + after) / 3;
        }
    }
}

using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Gyre.Evaluation.Metrics.Overlap;

/// <summary>chrF and chrF++ with the numbers of sacreBLEU: an F-score of the n-grams of characters, and of words, that two texts share.</summary>
/// <remarks>
/// Named <c>chrf</c>, <c>chrf++</c>, with β where it is not 2 (<c>chrf3</c>) and what else differs. Of several references the one with
/// the best score counts. As a metric it leaves samples whose references are empty out, as undefined.
/// <para>Cost: linear in the length of the texts times the orders; no allocation a row after the first rows.</para>
/// <para>Source: Popović, chrF: character n-gram F-score for automatic MT evaluation, WMT 2015, and chrF++: words helping character n-grams, WMT 2017; sacreBLEU, commit f615c728.</para>
/// </remarks>
public sealed class ChrF : IMetric<TextSample>
{
    private const double Epsilon = 1e-16;
    private const int MostCharacters = 16;
    private const int MostWords = 8;
    private const int Absent = int.MaxValue;
    private readonly ChrFOptions _options;
    private readonly ScratchPool<ChrFScratch> _pool = new();

    /// <summary>chrF of the given variant.</summary>
    /// <exception cref="ArgumentException">Options are out of range.</exception>
    public ChrF(ChrFOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.CharacterOrder is < 1 or > MostCharacters || options.WordOrder is < 0 or > MostWords || options.Beta is < 1 or > 10)
        {
            throw new ArgumentException(
                $"Set up chrF: found orders {options.CharacterOrder} and {options.WordOrder} and beta {options.Beta}; expected 1 to {MostCharacters} characters, 0 to {MostWords} words and a beta from 1 to 10.", nameof(options));
        }

        _options = options;
        Name = "chrf" + (options.Beta == 2 ? "" : $"{options.Beta}") + new string('+', options.WordOrder) + (options.CharacterOrder == 6 ? "" : $"-order{options.CharacterOrder}")
            + (options.Lowercase ? "-lc" : "") + (options.KeepWhitespace ? "-whitespace" : "") + (options.EpsilonSmoothing ? "-eps" : "");
    }

    /// <summary>chrF as sacreBLEU computes it when nothing else is said.</summary>
    public ChrF()
        : this(new ChrFOptions())
    {
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public MetricForm Form { get; } = new(ScoreDirection.HigherIsBetter, MetricUnit.Points, 0, 100, "Popović 2015 and 2017; sacreBLEU f615c728");

    /// <inheritdoc/>
    public int Width => 3 * Orders;

    private int Orders => _options.CharacterOrder + _options.WordOrder;

    /// <summary>The score of one text, 0 to 100, whatever its references hold.</summary>
    /// <exception cref="ArgumentException">There is no reference.</exception>
    public double Sentence(string candidate, IReadOnlyList<string> references) => Corpus([new TextSample(candidate, references)]);

    /// <summary>The score of texts together, 0 to 100, whatever their references hold.</summary>
    /// <exception cref="ArgumentException">A text has no reference.</exception>
    public double Corpus(IEnumerable<TextSample> samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        var (sums, counts) = (new double[Width], new double[Width]);
        var row = 0;
        foreach (var sample in samples)
        {
            Require.References(sample, Name, row++);
            Count(sample, counts);
            for (var i = 0; i < sums.Length; i++)
            {
                sums[i] += counts[i];
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

        reason = Count(sample, destination) ? null : OverlapReasons.NoReferenceWords;
        return reason is null;
    }

    /// <inheritdoc/>
    public MetricValue Combine(ReadOnlySpan<double> sums, long count) =>
        count == 0 ? MetricValue.Undefined(OverlapReasons.NoSamples) : MetricValue.Of(Score(sums));

    // Writes the counts against the best reference; false when no reference has a character.
    private bool Count(in TextSample sample, Span<double> destination)
    {
        var scratch = _pool.Rent();
        try
        {
            Read(sample.Candidate, scratch, scratch.Candidate, scratch.CandidateWords);
            var symbols = Renumber(scratch);
            var words = scratch.Words.Count;
            var counts = (stackalloc double[3 * (MostCharacters + MostWords)])[..Width];
            var (best, hasText) = (-1.0, false);
            for (var index = 0; index < sample.References.Count; index++)
            {
                Read(sample.References[index], scratch, scratch.Reference, scratch.ReferenceWords);
                hasText |= scratch.Reference.Length > 0;
                foreach (ref var symbol in scratch.Reference.Span)
                {
                    var number = scratch.Symbols.Find(0, symbol);
                    symbol = number < 0 ? Absent : number;
                }

                Fill(scratch, scratch.Candidate.Span, symbols, scratch.Reference.Span, counts[..(3 * _options.CharacterOrder)]);
                Fill(scratch, scratch.CandidateWords.Span, words, scratch.ReferenceWords.Span, counts[(3 * _options.CharacterOrder)..]);
                var score = Score(counts);
                if (score > best)
                {
                    best = score;
                    counts.CopyTo(destination);
                }
            }

            return hasText;
        }
        finally
        {
            _pool.Return(scratch);
        }
    }

    // Of every order the candidate's n-grams, the reference's and those they share.
    private static void Fill(ChrFScratch scratch, ReadOnlySpan<int> candidate, int candidateNumbers, ReadOnlySpan<int> reference, Span<double> counts)
    {
        var orders = counts.Length / 3;
        Span<int> matches = stackalloc int[MostCharacters];
        scratch.Overlap.Count(candidate, candidateNumbers, reference, [reference.Length], matches[..orders]);
        for (var i = 0; i < orders; i++)
        {
            var inReference = Math.Max(0, reference.Length - i);
            counts[3 * i] = inReference == 0 ? 0 : Math.Max(0, candidate.Length - i);
            counts[(3 * i) + 1] = inReference;
            counts[(3 * i) + 2] = matches[i];
        }
    }

    private void Read(string text, ChrFScratch scratch, IntBuffer characters, IntBuffer words)
    {
        characters.Clear();
        words.Clear();
        ReadOnlySpan<char> rest = text;
        if (_options.Lowercase)
        {
            scratch.Text.Clear();
            PythonText.AppendLower(text, scratch.Text);
            rest = scratch.Text.Span;
        }

        for (var i = 0; i < rest.Length;)
        {
            if (!_options.KeepWhitespace && PythonText.IsSpace(rest[i]))
            {
                i++;
                continue;
            }

            var isRune = Rune.DecodeFromUtf16(rest[i..], out var rune, out var length) == System.Buffers.OperationStatus.Done;
            characters.Add(isRune ? rune.Value : rest[i]);
            i += isRune ? length : 1;
        }

        if (_options.WordOrder > 0)
        {
            ReadWords(rest, scratch, words);
        }
    }

    // A punctuation mark at a word's end is a word of its own, else one at its beginning.
    private static void ReadWords(ReadOnlySpan<char> text, ChrFScratch scratch, IntBuffer words)
    {
        for (var i = 0; i < text.Length;)
        {
            if (PythonText.IsSpace(text[i]))
            {
                i++;
                continue;
            }

            var start = i;
            while (i < text.Length && !PythonText.IsSpace(text[i]))
            {
                i++;
            }

            var word = text[start..i];
            var cut = word.Length == 1 ? 0 : IsPunctuation(word[^1]) ? word.Length - 1 : IsPunctuation(word[0]) ? 1 : 0;
            if (cut > 0)
            {
                words.Add(scratch.Words.Add(word[..cut]));
            }

            words.Add(scratch.Words.Add(word[cut..]));
        }
    }

    private static bool IsPunctuation(char character) =>
        character is (>= '!' and <= '/') or (>= ':' and <= '@') or (>= '[' and <= '`') or (>= '{' and <= '~');

    // The candidate's characters as numbers that count up from 0.
    private static int Renumber(ChrFScratch scratch)
    {
        scratch.Symbols.Reset(scratch.Candidate.Length);
        foreach (ref var symbol in scratch.Candidate.Span)
        {
            symbol = scratch.Symbols.Add(0, symbol);
        }

        return scratch.Symbols.Count;
    }

    private double Score(ReadOnlySpan<double> sums)
    {
        var factor = (double)_options.Beta * _options.Beta;
        var (smoothed, precisions, recalls, orders) = (0.0, 0.0, 0.0, 0);
        for (var i = 0; i < sums.Length; i += 3)
        {
            var (inCandidate, inReference, shared) = (sums[i], sums[i + 1], sums[i + 2]);
            var precision = inCandidate > 0 ? shared / inCandidate : Epsilon;
            var recall = inReference > 0 ? shared / inReference : Epsilon;
            var denominator = (factor * precision) + recall;
            smoothed += denominator > 0 ? (1 + factor) * precision * recall / denominator : Epsilon;
            if (inCandidate > 0 && inReference > 0)
            {
                (precisions, recalls, orders) = (precisions + precision, recalls + recall, orders + 1);
            }
        }

        if (_options.EpsilonSmoothing)
        {
            return 100 * smoothed / Orders;
        }

        if (precisions + recalls == 0)
        {
            return 0;
        }

        var (meanPrecision, meanRecall) = (precisions / orders, recalls / orders);
        return 100 * ((1 + factor) * meanPrecision * meanRecall / ((factor * meanPrecision) + meanRecall));
    }
}

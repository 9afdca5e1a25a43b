using System.Diagnostics.CodeAnalysis;

namespace Gyre.Evaluation.Metrics.Overlap;

/// <summary>METEOR with the numbers of NLTK, on words between whitespace in lower case: words matched exactly, by stem and by synonym, and a penalty for disorder.</summary>
/// <remarks>
/// Its name says form and stages: <c>meteor-tokenised</c> has all three stages, <c>meteor-tokenised-exact-stem</c> no synonyms
/// because no WordNet folder was given, <c>meteor-tokenised-exact</c> equal words alone. Of several references the best
/// counts; samples together have the mean.
/// <para>Cost: linear in the length of the texts, and in the synonyms of unmatched words; without synonyms no allocation a row after the first rows.</para>
/// <para>Source: Lavie and Agarwal, METEOR: An Automatic Metric for MT Evaluation with High Levels of Correlation with Human Judgments, WMT 2007; NLTK 3.8 (and 3.6.2 for the string form).</para>
/// </remarks>
public sealed class Meteor : IMetric<TextSample>
{
    private readonly MeteorOptions _options;
    private readonly ScratchPool<MeteorAlignment> _pool = new();

    /// <summary>METEOR of the given variant.</summary>
    /// <exception cref="ArgumentException">Options are out of range.</exception>
    public Meteor(MeteorOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (!(options.Alpha is >= 0 and <= 1 && options.Gamma is >= 0 and <= 1 && options.Beta is >= 0 and < double.PositiveInfinity && Enum.IsDefined(options.Form)) || options.Synonyms is null)
        {
            throw new ArgumentException(
                $"Set up METEOR: found alpha {options.Alpha}, beta {options.Beta}, gamma {options.Gamma}, form {options.Form}; expected alpha and gamma from 0 to 1, a finite beta of at least 0, and a form that MeteorForm names.",
                nameof(options));
        }

        _options = options;
        var hasSynonyms = options.Synonyms != WordNetSynonyms.None;
        Name = (options.Form == MeteorForm.Tokenised ? "meteor-tokenised" : "meteor-string")
            + (hasSynonyms ? options.Stems ? "" : "-exact-synonym" : options.Stems ? "-exact-stem" : "-exact")
            + (options.Alpha == 0.9 ? "" : $"-alpha{options.Alpha}") + (options.Beta == 3 ? "" : $"-beta{options.Beta}") + (options.Gamma == 0.5 ? "" : $"-gamma{options.Gamma}");
        Form = MetricForm.Share("Lavie and Agarwal 2007; NLTK " + (options.Form == MeteorForm.Tokenised ? "3.8" : "3.6.2") + " meteor_score"
            + (hasSynonyms ? $"; synonyms of {options.Synonyms.Name}" : "; no synonyms, because no WordNet folder is given"));
    }

    /// <summary>METEOR of words and stems, without synonyms.</summary>
    public Meteor()
        : this(new MeteorOptions())
    {
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public MetricForm Form { get; }

    /// <inheritdoc/>
    public int Width => 1;

    /// <summary>The score of one text against the best of its references, 0 to 1; 0 where nothing matches.</summary>
    /// <exception cref="ArgumentException">There is no reference.</exception>
    public double Sentence(string candidate, IReadOnlyList<string> references)
    {
        var sample = new TextSample(candidate, references);
        Require.References(sample, Name, 0);
        return Best(sample, out _);
    }

    /// <inheritdoc/>
    public bool TryMeasure(TextSample sample, Span<double> destination, [NotNullWhen(false)] out Undefined? reason)
    {
        if (sample.References.Count == 0)
        {
            reason = OverlapReasons.NoReference;
            return false;
        }

        destination[0] = Best(sample, out var referenceWords);
        reason = referenceWords == 0 ? OverlapReasons.NoReferenceWords : null;
        return reason is null;
    }

    /// <inheritdoc/>
    public MetricValue Combine(ReadOnlySpan<double> sums, long count) =>
        count == 0 ? MetricValue.Undefined(OverlapReasons.NoSamples) : MetricValue.Of(sums[0] / count);

    private double Best(in TextSample sample, out int referenceWords)
    {
        var alignment = _pool.Rent();
        try
        {
            alignment.Begin(sample.Candidate);
            (var best, referenceWords) = (0.0, 0);
            for (var index = 0; index < sample.References.Count; index++)
            {
                var (matches, chunks, words) = alignment.Align(sample.References[index], _options);
                referenceWords += words;
                if (matches > 0)
                {
                    var (precision, recall) = ((double)matches / alignment.CandidateLength, (double)matches / words);
                    var mean = precision * recall / ((_options.Alpha * precision) + ((1 - _options.Alpha) * recall));
                    best = Math.Max(best, (1 - (_options.Gamma * Math.Pow((double)chunks / matches, _options.Beta))) * mean);
                }
            }

            return best;
        }
        finally
        {
            _pool.Return(alignment);
        }
    }
}

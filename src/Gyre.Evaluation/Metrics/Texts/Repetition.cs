namespace Gyre.Evaluation.Metrics.Texts;

/// <summary>How much a text repeats itself. Words are compared without case and without punctuation around them.</summary>
public static class Repetition
{
    /// <summary>The longest unit, in words, that <see cref="LongestRun"/> looks for.</summary>
    public const int MostUnit = 32;

    /// <summary><c>repeated-run</c>: the mean over texts of <see cref="LongestRun"/>.</summary>
    public static IMetric<TextSample> LongestRunMetric { get; } = new MeanMetric<TextSample>(
        "repeated-run",
        new MetricForm(ScoreDirection.LowerIsBetter, MetricUnit.Count, 0, double.PositiveInfinity, "periods of up to 32 words"),
        sample => MetricValue.Of(LongestRun(sample.Candidate)));

    /// <summary><c>repeated-N-grams</c>: the mean over texts of 1 − distinct n-grams ÷ n-grams (seq-rep-n).</summary>
    /// <param name="length">Words of an n-gram, 1 to 16.</param>
    /// <remarks>Source: S. Welleck et al. 2020.</remarks>
    public static IMetric<TextSample> NGramMetric(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(length, Math.Clamp(length, 1, 16), nameof(length));
        return new MeanMetric<TextSample>(
            $"repeated-{length}-grams",
            new MetricForm(ScoreDirection.LowerIsBetter, MetricUnit.Share, 0, 1, "Welleck et al. 2020, seq-rep-n"),
            sample => Diversity.Distinct([sample.Candidate], length) is { IsDefined: true } distinct
                ? MetricValue.Of(1 - distinct.Number)
                : MetricValue.Undefined(UndefinedCause.EmptyCandidate, $"the text has not {length} words"));
    }

    /// <summary>
    /// Words in the longest stretch that is one unit of up to 32 words said again and again without a break ("no no no": 3;
    /// "on and on and on": 5, the last time may be cut short after the unit stood twice); 0 when nothing is.
    /// </summary>
    /// <remarks>Cost: 32 comparisons a word.</remarks>
    public static int LongestRun(string text)
    {
        var words = new WordSequence().Read(text);
        var longest = 0;
        for (var unit = 1; unit <= Math.Min(MostUnit, words.Length / 2); unit++)
        {
            var same = 0;
            for (var i = unit; i < words.Length; i++)
            {
                same = words[i] == words[i - unit] ? same + 1 : 0;
                longest = same >= unit ? Math.Max(longest, same + unit) : longest;
            }
        }

        return longest;
    }
}

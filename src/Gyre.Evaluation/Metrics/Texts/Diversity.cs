namespace Gyre.Evaluation.Metrics.Texts;

/// <summary>How varied the words of texts are. Words are compared without case and without punctuation around them.</summary>
public static class Diversity
{
    private const double Threshold = 0.72;

    /// <summary><c>mtld</c>: the mean over texts of the measure of textual lexical diversity.</summary>
    public static IMetric<TextSample> LexicalDiversityMetric { get; } = new MeanMetric<TextSample>(
        "mtld",
        new MetricForm(ScoreDirection.HigherIsBetter, MetricUnit.Number, 1, double.PositiveInfinity, "McCarthy and Jarvis 2010, threshold 0.72"),
        sample => LexicalDiversity(sample.Candidate));

    /// <summary><c>distinct-N</c>: the mean over texts of distinct n-grams ÷ n-grams; <c>distinct-1</c> is the ratio of types to tokens.</summary>
    /// <param name="length">Words of an n-gram, 1 to 16.</param>
    /// <remarks>Source: J. Li et al. 2016, per text and by n-grams. Over texts together it is no sum: see <see cref="Distinct"/>.</remarks>
    public static IMetric<TextSample> DistinctMetric(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(length, Math.Clamp(length, 1, 16), nameof(length));
        return new MeanMetric<TextSample>($"distinct-{length}", MetricForm.Share("Li et al. 2016"), sample => Distinct([sample.Candidate], length));
    }

    /// <summary>Distinct n-grams of all texts ÷ n-grams of all texts; n-grams do not cross from one text to the next.</summary>
    /// <remarks>Cost: n dictionary look-ups a word; memory grows with the distinct n-grams.</remarks>
    public static MetricValue Distinct(IEnumerable<string> texts, int length)
    {
        ArgumentNullException.ThrowIfNull(texts);
        var (words, grams) = (new WordSequence(), new NGramSet(length));
        foreach (var text in texts)
        {
            grams.Add(words.Read(text));
        }

        return grams.Total == 0
            ? MetricValue.Undefined(UndefinedCause.EmptyCandidate, $"no text has {length} words")
            : MetricValue.Of(grams.Distinct / (double)grams.Total);
    }

    /// <summary>MTLD: the mean length of stretches whose ratio of types to tokens stays at 0.72 or more, forwards and backwards.</summary>
    /// <remarks>Source: P. McCarthy and S. Jarvis 2010. A text in which no word returns has no value: no stretch ends.</remarks>
    public static MetricValue LexicalDiversity(string text)
    {
        var words = new WordSequence().Read(text);
        if (words.Length == 0)
        {
            return MetricValue.Undefined(UndefinedCause.EmptyCandidate, "the text has no words");
        }

        var forwards = Stretches(words);
        Array.Reverse(words);
        var backwards = Stretches(words);
        return forwards == 0 || backwards == 0
            ? MetricValue.Undefined(UndefinedCause.ZeroDenominator, "no word returns, so that no stretch ends")
            : MetricValue.Of(((words.Length / forwards) + (words.Length / backwards)) / 2);
    }

    private static double Stretches(int[] words)
    {
        var (stretches, tokens) = (0.0, 0);
        var types = new HashSet<int>();
        foreach (var word in words)
        {
            types.Add(word);
            tokens++;
            if (types.Count / (double)tokens < Threshold)
            {
                stretches++;
                types.Clear();
                tokens = 0;
            }
        }

        return tokens == 0 ? stretches : stretches + ((1 - (types.Count / (double)tokens)) / (1 - Threshold));
    }
}

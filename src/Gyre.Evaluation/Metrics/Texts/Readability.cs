namespace Gyre.Evaluation.Metrics.Texts;

/// <summary>How hard an English text is to read, by counts of its words, sentences and syllables.</summary>
/// <remarks>
/// Over samples the counts are added up and the formula is applied once. A text without words is undefined. Counting rules:
/// <see cref="TextCounts"/>.
/// <para>Source: R. Flesch 1948; J. Kincaid et al. 1975; R. Gunning 1952; G. McLaughlin 1969 (SMOG, meant for 30 sentences or more);
/// M. Coleman and T. Liau 1975; R. Senter and E. Smith 1967 (ARI).</para>
/// </remarks>
public static class Readability
{
    /// <summary><c>flesch-reading-ease</c>: about 0 (very hard) to 100 (very easy), unbounded.</summary>
    public static IMetric<TextSample> FleschReadingEaseMetric { get; } = Make("flesch-reading-ease", ScoreDirection.HigherIsBetter, "Flesch 1948", FleschReadingEase);

    /// <summary><c>flesch-kincaid-grade</c>: a school year of the United States.</summary>
    public static IMetric<TextSample> FleschKincaidMetric { get; } = Make("flesch-kincaid-grade", ScoreDirection.LowerIsBetter, "Kincaid et al. 1975", FleschKincaidGrade);

    /// <summary><c>gunning-fog</c>: years of schooling.</summary>
    public static IMetric<TextSample> GunningFogMetric { get; } = Make("gunning-fog", ScoreDirection.LowerIsBetter, "Gunning 1952", GunningFog);

    /// <summary><c>smog</c>: years of schooling.</summary>
    public static IMetric<TextSample> SmogMetric { get; } = Make("smog", ScoreDirection.LowerIsBetter, "McLaughlin 1969", Smog);

    /// <summary><c>coleman-liau</c>: a school year; needs no syllables.</summary>
    public static IMetric<TextSample> ColemanLiauMetric { get; } = Make("coleman-liau", ScoreDirection.LowerIsBetter, "Coleman and Liau 1975", ColemanLiau);

    /// <summary><c>automated-readability</c>: a school year; needs no syllables.</summary>
    public static IMetric<TextSample> AutomatedReadabilityMetric { get; } = Make("automated-readability", ScoreDirection.LowerIsBetter, "Senter and Smith 1967", AutomatedReadability);

    /// <summary>206.835 − 1.015 · words/sentence − 84.6 · syllables/word.</summary>
    public static MetricValue FleschReadingEase(TextCounts counts) => Of(counts, static c => 206.835 - (1.015 * c.Words / c.Sentences) - (84.6 * c.Syllables / c.Words));

    /// <summary>0.39 · words/sentence + 11.8 · syllables/word − 15.59.</summary>
    public static MetricValue FleschKincaidGrade(TextCounts counts) => Of(counts, static c => (0.39 * c.Words / c.Sentences) + (11.8 * c.Syllables / c.Words) - 15.59);

    /// <summary>0.4 · (words/sentence + 100 · complex words/word).</summary>
    public static MetricValue GunningFog(TextCounts counts) => Of(counts, static c => 0.4 * (((double)c.Words / c.Sentences) + (100.0 * c.ComplexWords / c.Words)));

    /// <summary>1.0430 · √(30 · polysyllables/sentence) + 3.1291.</summary>
    public static MetricValue Smog(TextCounts counts) => Of(counts, static c => (1.0430 * Math.Sqrt(30.0 * c.Polysyllables / c.Sentences)) + 3.1291);

    /// <summary>0.0588 · letters per 100 words − 0.296 · sentences per 100 words − 15.8.</summary>
    public static MetricValue ColemanLiau(TextCounts counts) => Of(counts, static c => (5.88 * c.Letters / c.Words) - (29.6 * c.Sentences / c.Words) - 15.8);

    /// <summary>4.71 · letters and digits/word + 0.5 · words/sentence − 21.43.</summary>
    public static MetricValue AutomatedReadability(TextCounts counts) => Of(counts, static c => (4.71 * c.LettersAndDigits / c.Words) + (0.5 * c.Words / c.Sentences) - 21.43);

    private static MetricValue Of(TextCounts counts, Func<TextCounts, double> formula) => counts.Words < 1 || counts.Sentences < 1
        ? MetricValue.Undefined(UndefinedCause.EmptyCandidate, "the text has no words")
        : MetricValue.Of(formula(counts));

    private static SumsMetric<TextSample> Make(string name, ScoreDirection direction, string source, Func<TextCounts, MetricValue> formula) => new(
        name,
        new MetricForm(direction, MetricUnit.Number, double.NegativeInfinity, double.PositiveInfinity, source),
        8,
        static (sample, sums) =>
        {
            var c = TextCounts.Of(sample.Candidate);
            ReadOnlySpan<double> counts = [c.Characters, c.Letters, c.LettersAndDigits, c.Words, c.Sentences, c.Syllables, c.Polysyllables, c.ComplexWords];
            counts.CopyTo(sums);
            return c.Words == 0 ? new Undefined(UndefinedCause.EmptyCandidate, "the text has no words") : null;
        },
        (sums, _) => formula(new TextCounts((long)sums[0], (long)sums[1], (long)sums[2], (long)sums[3], (long)sums[4], (long)sums[5], (long)sums[6], (long)sums[7])));
}

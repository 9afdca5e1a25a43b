using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Metrics.Texts;
using Shouldly;
using Xunit;

namespace Gyre.Evaluation.Tests.Metrics.Texts;

public sealed class ReadabilityTests
{
    // Wikipedia's "Flesch–Kincaid readability tests": "The cat sat on the mat." scores 116; a sentence of 13 words and 24 syllables 37.5.
    [Fact]
    public void Flesch_is_that_of_the_known_sentences()
    {
        Readability.FleschReadingEaseMetric.Of("The cat sat on the mat.").Number.ShouldBe(116.145, 1e-9);
        Readability.FleschReadingEase(new TextCounts(0, 0, 0, 13, 1, 24, 0, 0)).Number.ShouldBe(37.455, 2e-3);
        Readability.FleschKincaidMetric.Of("The cat sat on the mat.").Number.ShouldBe(-1.45, 1e-9);
    }

    // Wikipedia: "Coleman–Liau index" (639 letters, 119 words, 5 sentences: 14.5) and "Gunning fog index" (96 words, 7 sentences, 9 hard words: 9.2).
    [Fact]
    public void The_other_indices_are_those_of_their_worked_examples()
    {
        Readability.ColemanLiau(new TextCounts(0, 639, 639, 119, 5, 1, 0, 0)).Number.ShouldBe(14.5, 0.05);
        Readability.GunningFog(new TextCounts(0, 1, 1, 96, 7, 1, 9, 9)).Number.ShouldBe(9.2, 0.05);

        // By the formulas of McLaughlin 1969 (30 polysyllables in 30 sentences) and Senter and Smith 1967 (4 characters a word, 10 words a sentence).
        Readability.Smog(new TextCounts(0, 1, 1, 300, 30, 1, 30, 30)).Number.ShouldBe((1.0430 * Math.Sqrt(30)) + 3.1291, 1e-12);
        Readability.AutomatedReadability(new TextCounts(0, 40, 40, 10, 1, 1, 0, 0)).Number.ShouldBe((4.71 * 4) + 5 - 21.43, 1e-12);
    }

    [Fact]
    public void Over_texts_the_counts_add_up()
    {
        var both = Readability.FleschReadingEaseMetric.Of(new TextSample("The cat sat.", []), new TextSample("On the mat it is.", []));
        both.ShouldBe(Readability.FleschReadingEaseMetric.Of("The cat sat. On the mat it is."));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" … — !")]
    public void A_text_without_words_is_undefined(string text)
    {
        foreach (var name in (string[])["flesch-reading-ease", "flesch-kincaid-grade", "gunning-fog", "smog", "coleman-liau", "automated-readability"])
        {
            MetricCatalogue.Find(name)!.Of(text).Reason!.Cause.ShouldBe(UndefinedCause.EmptyCandidate); // The catalogue names each.
        }
    }

    [Fact]
    public void Counts_are_those_of_a_reader()
    {
        var counts = TextCounts.Of("Mr. O'Neil's 3 well-known \"facts\" (really)… aren't.\n\nA heading\n\nIt costs 4.50 – now!");
        counts.Words.ShouldBe(13);

        // "Mr." ends a sentence, which the page says; then the ellipsis, the point, the heading and the end.
        counts.Sentences.ShouldBe(5);
        counts.Letters.ShouldBe("MrONeilswellknownfactsreallyarentAheadingItcostsnow".Length);
        counts.LettersAndDigits.ShouldBe(counts.Letters + 4);
        TextCounts.Of("🙂 日本語").ShouldSatisfyAllConditions(of => of.Characters.ShouldBe(5), of => of.Words.ShouldBe(1));
        TextCounts.Of("(e\u0301) 𝒜- \u0301").ShouldSatisfyAllConditions(of => of.Words.ShouldBe(2), of => of.Letters.ShouldBe(2));
    }

    [Fact]
    public void Complex_words_leave_endings_and_compounds_aside()
    {
        TextCounts.Of("created trespasses").ComplexWords.ShouldBe(0);
        TextCounts.Of("state-of-the-art understanding").ShouldSatisfyAllConditions(
            of => of.Polysyllables.ShouldBe(2),
            of => of.ComplexWords.ShouldBe(1));
    }

    // Syllables as dictionaries divide these words.
    [Theory]
    [InlineData(1, "a I the cat stopped loved makes jumped through strengths dry")]
    [InlineData(2, "table tables settled wanted boxes churches being doing nation region study people pages creature water apple only prism")]
    [InlineData(3, "studying banana radio medium editor example beautiful")]
    [InlineData(4, "Australian reptilian information television")]
    public void Syllables_are_counted_by_spelling(int syllables, string words)
    {
        foreach (var word in words.Split(' '))
        {
            EnglishSyllables.Count(word).ShouldBe(syllables, word);
        }
    }
}

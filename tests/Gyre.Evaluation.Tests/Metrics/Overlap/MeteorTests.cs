using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Metrics.Overlap;
using Shouldly;
using Xunit;

namespace Gyre.Evaluation.Tests.Metrics.Overlap;

public sealed class MeteorTests
{
    private const string Candidate = "It is a guide to action which ensures that the military always obeys the commands of the party";
    private const string Reference = "It is a guide to action that ensures that the military will forever heed Party commands";

    [Fact]
    public void The_example_of_NLTK_has_its_score_in_both_forms()
    {
        using var folder = SmallWordNet.Write();
        var synonyms = WordNetSynonyms.Open(folder.Path);
        new Meteor(new MeteorOptions { Synonyms = synonyms }).Sentence(Candidate, [Reference]).ShouldBe(0.6944, 5e-5);
        new Meteor(new MeteorOptions { Synonyms = synonyms, Form = MeteorForm.WhitespaceString }).Sentence(Candidate, [Reference]).ShouldBe(0.7398, 5e-5);
        new Meteor().Sentence(Candidate, [Reference]).ShouldBe(0.6944, 5e-5);
        new Meteor().Sentence("non matching hypothesis", ["this is a cat"]).ShouldBe(0);
    }

    [Fact]
    public void Sentences_have_the_scores_of_the_source_by_words_and_by_stems()
    {
        var (exact, stem) = (new Meteor(new MeteorOptions { Stems = false }), new Meteor());
        foreach (var (sample, golden) in OverlapGoldens.Cases)
        {
            exact.Sentence(sample.Candidate, sample.References).ShouldBe(golden.GetProperty("meteorExact").GetDouble(), 1e-12, sample.Candidate);
            stem.Sentence(sample.Candidate, sample.References).ShouldBe(golden.GetProperty("meteorStem").GetDouble(), 1e-12, sample.Candidate);
        }
    }

    [Fact]
    public void Sentences_have_the_scores_of_the_source_by_synonyms()
    {
        var folder = Environment.GetEnvironmentVariable("GYRE_WORDNET") ?? "/usr/share/wordnet";
        Assert.SkipUnless(File.Exists(Path.Combine(folder, "data.noun")), $"Needs WordNet 3.0's dictionary files; set GYRE_WORDNET to their folder (looked in '{folder}').");
        var synonyms = WordNetSynonyms.Open(folder);
        var (tokenised, words) = (new Meteor(new MeteorOptions { Synonyms = synonyms }), new Meteor(new MeteorOptions { Synonyms = synonyms, Form = MeteorForm.WhitespaceString }));
        foreach (var (sample, golden) in OverlapGoldens.Cases)
        {
            tokenised.Sentence(sample.Candidate, sample.References).ShouldBe(golden.GetProperty("meteor").GetDouble(), 1e-12, sample.Candidate);
            words.Sentence(sample.Candidate, sample.References).ShouldBe(golden.GetProperty("meteorString").GetDouble(), 1e-12, sample.Candidate);
        }
    }

    [Fact]
    public void The_name_says_which_stages_there_are()
    {
        using var folder = SmallWordNet.Write();
        var synonyms = WordNetSynonyms.Open(folder.Path);
        new Meteor().Name.ShouldBe("meteor-tokenised-exact-stem");
        new Meteor(new MeteorOptions { Stems = false }).Name.ShouldBe("meteor-tokenised-exact");
        new Meteor(new MeteorOptions { Synonyms = synonyms }).Name.ShouldBe("meteor-tokenised");
        new Meteor(new MeteorOptions { Synonyms = synonyms, Form = MeteorForm.WhitespaceString }).Name.ShouldBe("meteor-string");
        new Meteor().Form.Source.ShouldContain("no WordNet folder");
    }

    [Theory]
    [InlineData(5, 3)]
    [InlineData(40, 6)]
    [InlineData(64, 30)]
    [InlineData(66, 5)]
    [InlineData(150, 40)]
    public void References_of_any_length_match_as_when_all_words_are_compared_with_all(int length, int words)
    {
        var random = new Random(length);
        var metric = new Meteor(new MeteorOptions { Stems = false });
        for (var turn = 0; turn < 50; turn++)
        {
            var candidate = Draw();
            string[][] references = [.. Enumerable.Range(0, 1 + (turn % 3)).Select(_ => Draw())];
            metric.Sentence(string.Join(' ', candidate), [.. references.Select(reference => string.Join(' ', reference))]).ShouldBe(references.Max(reference => Twin(candidate, reference)));

            string[] Draw() => [.. Enumerable.Range(0, random.Next(1, length + 1)).Select(_ => $"w{random.Next(words)}")];
        }
    }

    [Fact]
    public void A_hundred_thousand_words_take_no_time_to_speak_of()
    {
        var text = string.Join(' ', Enumerable.Repeat("running dogs", 50_000));
        var watch = System.Diagnostics.Stopwatch.StartNew();
        new Meteor().Sentence(text, [string.Join(' ', Enumerable.Repeat("dog runs", 50_000))]).ShouldBeGreaterThan(0.4);
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void Weights_out_of_range_are_refused() =>
        Should.Throw<ArgumentException>(() => new Meteor(new MeteorOptions { Alpha = 2 })).Message.ShouldContain("alpha 2");

    // From the candidate's end to its beginning, each word takes the last free word of the reference that equals it.
    private static double Twin(string[] candidate, string[] reference)
    {
        var free = Enumerable.Repeat(true, reference.Length).ToArray();
        var pairs = new List<(int Candidate, int Reference)>();
        for (var i = candidate.Length - 1; i >= 0; i--)
        {
            for (var j = reference.Length - 1; j >= 0; j--)
            {
                if (free[j] && candidate[i] == reference[j])
                {
                    free[j] = false;
                    pairs.Insert(0, (i, j));
                    break;
                }
            }
        }

        if (pairs.Count == 0)
        {
            return 0;
        }

        var chunks = 1 + pairs.Skip(1).Where((pair, i) => pair != (pairs[i].Candidate + 1, pairs[i].Reference + 1)).Count();
        var (precision, recall) = ((double)pairs.Count / candidate.Length, (double)pairs.Count / reference.Length);
        return (1 - (0.5 * Math.Pow((double)chunks / pairs.Count, 3))) * (precision * recall / ((0.9 * precision) + ((1 - 0.9) * recall)));
    }
}

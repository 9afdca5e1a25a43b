using Gyre.Evaluation.Metrics.Overlap;
using Shouldly;
using Xunit;

namespace Gyre.Evaluation.Tests.Metrics.Overlap;

public sealed class PorterStemmerTests
{
    [Fact]
    public void Words_have_the_stems_of_the_source()
    {
        var count = 0;
        foreach (var golden in OverlapGoldens.Stems)
        {
            Stem(golden.Name).ShouldBe(golden.Value.GetString(), golden.Name);
            count++;
        }

        count.ShouldBeGreaterThan(1000);
    }

    [Fact]
    public void A_word_of_a_million_letters_has_a_stem() => Stem(new string('y', 1_000_000) + "ing").Length.ShouldBe(1_000_000);

    [Fact]
    public void A_word_beyond_the_basic_plane_stays_as_it_is() => Stem("😀😀shirts").ShouldBe("😀😀shirts");

    private static string Stem(string word)
    {
        var stem = new char[word.Length + PorterStemmer.Growth];
        return new string(stem, 0, PorterStemmer.Stem(word, stem));
    }
}

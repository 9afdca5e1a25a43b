using Gyre.Evaluation.Metrics.Overlap;
using Shouldly;
using Xunit;

namespace Gyre.Evaluation.Tests.Metrics.Overlap;

public sealed class WordNetSynonymsTests
{
    [Fact]
    public void Synonyms_are_the_single_words_of_all_meanings_of_all_forms()
    {
        using var folder = SmallWordNet.Write();
        var synonyms = WordNetSynonyms.Open(folder.Path);
        synonyms.Of("always").ShouldBe(["always", "forever"], ignoreOrder: true);
        synonyms.Of("ever").ShouldBe(["ever"]);
        synonyms.Of("ran").ShouldBe(["run", "Race"], ignoreOrder: true);
        synonyms.Of("runs").ShouldBe(["run", "Race"], ignoreOrder: true);
        synonyms.Of("runsing").ShouldBe(["run", "Race"], ignoreOrder: true, "endings are taken off again while nothing is known");
        synonyms.Of("walks").ShouldBeEmpty();
        WordNetSynonyms.None.Of("always").ShouldBeEmpty();
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        using var folder = SmallWordNet.Write();
        File.Delete(Path.Combine(folder.Path, "index.adj"));
        var error = Should.Throw<EvaluationException>(() => WordNetSynonyms.Open(folder.Path));
        error.Code.ShouldBe("EVA0090");
        error.Message.ShouldContain("index.adj");
    }

    [Theory]
    [InlineData("index.verb", "walk v x 0 1 1 00000300")]
    [InlineData("index.verb", "walk v 1 0 1 1 00000999")]
    [InlineData("index.verb", "walk v 2 0 2 1 00000300")]
    [InlineData("index.verb", "walk v 99999999 0")]
    [InlineData("data.noun", "00000300 29 v zz run 0")]
    [InlineData("data.noun", "00000300 29")]
    public void A_malformed_line_is_named(string file, string line)
    {
        using var folder = SmallWordNet.Write();
        File.AppendAllText(Path.Combine(folder.Path, file), line + "\n");
        var error = Should.Throw<EvaluationException>(() => WordNetSynonyms.Open(folder.Path));
        error.Code.ShouldBe("EVA0091");
        error.Message.ShouldContain(file);
    }
}

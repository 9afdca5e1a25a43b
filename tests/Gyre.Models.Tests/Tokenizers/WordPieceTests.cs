using Gyre.Models.Tokenizers;
using Gyre.TestSupport;

namespace Gyre.Models.Tests.Tokenizers;

public class WordPieceTests
{
    [Fact]
    public void The_published_file_gives_the_ids_of_the_same_vocabulary_in_gguf()
    {
        var tokenizer = TokenizerLoader.FromFolder(TestData.Require("tokenizers/bert-all-MiniLM-L6-v2"));

        ConformanceCases.Check(tokenizer, "bert-bge");
        Encode(tokenizer, "Hello world", add: true).ShouldBe([101, 7592, 2088, 102]);
    }

    // Expected: by hand from the vocabulary's tokens; accents go, ideographs stand alone, marks are cut.
    [Theory]
    [InlineData("Führer naïve", "fuhrer naive")]
    [InlineData("don't stop, ok?", "don ' t stop, ok?")]
    [InlineData("a\u0000b\tc\u200Dd", "ab cd")]
    [InlineData("[MASK]", "[ mask ]")]
    public void Text_is_cleaned_before_it_is_cut(string text, string decoded)
    {
        var tokenizer = TokenizerLoader.FromFolder(TestData.Require("tokenizers/bert-all-MiniLM-L6-v2"));

        tokenizer.Decode(Encode(tokenizer, text, add: false).ToArray()).ShouldBe(decoded);
    }

    [Fact]
    public void A_word_that_nothing_spells_or_that_is_too_long_is_unknown_as_a_whole()
    {
        var tokenizer = TokenizerLoader.FromFolder(TestData.Require("tokenizers/bert-all-MiniLM-L6-v2"));
        var unknown = tokenizer.FindToken("[UNK]").ShouldNotBeNull();

        Encode(tokenizer, "so\U0001F999 far", add: false)[0].ShouldBe(unknown);
        Encode(tokenizer, new string('a', 101), add: false).ShouldBe([unknown]);
        Encode(tokenizer, new string('a', 100), add: false).ShouldNotContain(unknown);
        Encode(tokenizer, "[SEP]", add: false).ShouldNotContain(tokenizer.FindToken("[SEP]")!.Value);
    }

    private static List<int> Encode(ITokenizer tokenizer, string text, bool add)
    {
        var ids = new List<int>();
        tokenizer.Encode(text, add, parseSpecialTokens: false, ids);
        return ids;
    }
}

using Gyre.Models.Tokenizers;
using Gyre.TestSupport;

namespace Gyre.Models.Tests.Tokenizers;

public class WordListLoaderTests
{
    [Fact]
    public void The_list_of_tokens_alone_gives_the_reference_ids()
    {
        var folder = Copy("""{"tokenizer_class":"BertTokenizer","do_lower_case":true}""");
        try
        {
            var tokenizer = TokenizerLoader.FromFolder(folder);
            var whole = TokenizerLoader.FromFolder(TestData.Require("tokenizers/bert-all-MiniLM-L6-v2"));

            ConformanceCases.Check(tokenizer, "bert-bge");
            tokenizer.EncodePair("Who?", "Zoë").Ids.ShouldBe(whole.EncodePair("Who?", "Zoë").Ids);
            var ids = whole.EncodePair("It's unaffable, isn't it?", null).Ids.ToArray();
            tokenizer.Decode(ids).ShouldBe(whole.Decode(ids));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Case_is_kept_where_the_configuration_says_so()
    {
        var folder = Copy("""{"tokenizer_class":"BertTokenizer","do_lower_case":false}""");
        try
        {
            var tokenizer = TokenizerLoader.FromFolder(folder);

            tokenizer.EncodePair("hello Hello", null).Ids.Select(tokenizer.GetToken).ShouldBe(["[CLS]", "hello", "[UNK]", "[SEP]"]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void A_list_of_another_family_is_refused_by_name()
    {
        var folder = Copy("""{"tokenizer_class":"EsmTokenizer"}""");
        try
        {
            var error = Should.Throw<ModelException>(() => TokenizerLoader.FromFolder(folder));

            error.Code.ShouldBe("RUN0105");
            error.Message.ShouldContain("EsmTokenizer");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Copy(string configuration)
    {
        var folder = Directory.CreateTempSubdirectory("gyre-tokenizer-").FullName;
        File.Copy(TestData.Require("tokenizers/bert-all-MiniLM-L6-v2/vocab.txt"), Path.Combine(folder, "vocab.txt"));
        File.WriteAllText(Path.Combine(folder, "tokenizer_config.json"), configuration);
        return folder;
    }
}

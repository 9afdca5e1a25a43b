using System.Buffers;
using System.Text;
using Gyre.Models.Tokenizers;
using Gyre.TestSupport;

namespace Gyre.Models.Tests.Tokenizers;

public class BpeTokenizerTests
{
    [Theory]
    [InlineData("gpt2")]
    [InlineData("llama2")]
    public void Encoding_again_allocates_nothing(string folder)
    {
        var tokenizer = TokenizerLoader.FromFolder(TestData.Require("tokenizers/" + folder));
        var text = File.ReadAllText(TestData.Require("data/tinyshakespeare/input.txt"))[..100_000];
        var ids = new List<int>(200_000);
        for (var i = 0; i < 3; i++)
        {
            ids.Clear();
            tokenizer.Encode(text, addSpecialTokens: true, parseSpecialTokens: true, ids);
        }

        ids.Clear();
        var before = GC.GetAllocatedBytesForCurrentThread();
        tokenizer.Encode(text, addSpecialTokens: true, parseSpecialTokens: true, ids);

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    [Fact]
    public void Many_threads_get_the_same_ids_as_one()
    {
        var tokenizer = TokenizerLoader.FromFolder(TestData.Require("tokenizers/llama2"));
        var texts = ConformanceCases.Texts();
        var expected = texts.Select(text => Encode(tokenizer, text)).ToArray();

        Parallel.For(0, 64, new ParallelOptions { MaxDegreeOfParallelism = 8 }, round =>
        {
            for (var i = 0; i < texts.Length; i++)
            {
                Encode(tokenizer, texts[(i + round) % texts.Length]).ShouldBe(expected[(i + round) % texts.Length]);
            }
        });
    }

    [Fact]
    public void Words_keep_their_ids_when_the_cache_is_emptied()
    {
        // More different words than the cache holds, so that it is emptied on the way.
        var warm = TokenizerLoader.FromFolder(TestData.Require("tokenizers/gpt2"));
        var words = Enumerable.Range(0, 60_000).Select(i => $" w{i}x").ToArray();
        var together = Encode(warm, string.Concat(words));

        together.ShouldBe(words.SelectMany(word => Encode(warm, word)).ToArray());
    }

    [Fact]
    public void Appended_bytes_drop_the_leading_space_of_the_first_token_only()
    {
        var tokenizer = TokenizerLoader.FromFolder(TestData.Require("tokenizers/llama2"));
        var ids = Encode(tokenizer, "Hello world");

        Bytes(tokenizer, ids[0], isFirst: true).ShouldBe("Hello");
        Bytes(tokenizer, ids[0], isFirst: false).ShouldBe(" Hello");
        Bytes(tokenizer, 2, isFirst: false).ShouldBe("");
        Bytes(tokenizer, 2, isFirst: false, includeSpecial: true).ShouldBe("</s>");
        Should.Throw<ArgumentOutOfRangeException>(() => Bytes(tokenizer, 32000, isFirst: false));
        Should.Throw<ArgumentOutOfRangeException>(() => tokenizer.Decode([-1]));
    }

    [Fact]
    public void Byte_tokens_that_are_no_character_are_replaced_one_by_one()
    {
        var tokenizer = TokenizerLoader.FromFolder(TestData.Require("tokenizers/llama2"));

        // Two bytes of a three-byte character, then a whole letter: sentencepiece writes one U+FFFD for each byte.
        tokenizer.Decode([3 + 0xE6, 3 + 0xBC, 3 + 0x41]).ShouldBe("\uFFFD\uFFFDA");
    }

    [Fact]
    public void A_folder_without_a_tokenizer_is_refused_with_what_to_do()
    {
        var folder = Directory.CreateTempSubdirectory("gyre-empty-");
        try
        {
            var error = Should.Throw<ModelException>(() => TokenizerLoader.FromFolder(folder.FullName));

            error.Code.ShouldBe("RUN0100");
            error.Message.ShouldContain("tokenizer.json");
        }
        finally
        {
            folder.Delete();
        }
    }

    [Fact]
    public void A_pre_tokenizer_of_unknown_name_is_refused()
    {
        var folder = TestData.Require("tokenizers/gpt2");

        Should.Throw<ModelException>(() => TokenizerLoader.FromFolder(folder, "nonsense")).Code.ShouldBe("RUN0113");
    }

    private static int[] Encode(ITokenizer tokenizer, string text)
    {
        var ids = new List<int>();
        tokenizer.Encode(text, addSpecialTokens: false, parseSpecialTokens: false, ids);
        return [.. ids];
    }

    private static string Bytes(ITokenizer tokenizer, int id, bool isFirst, bool includeSpecial = false)
    {
        var bytes = new ArrayBufferWriter<byte>();
        tokenizer.AppendBytes(id, isFirst, includeSpecial, bytes);
        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }
}

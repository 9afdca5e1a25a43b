using System.Buffers;
using System.Text;
using Gyre.Models.Tokenizers;
using Gyre.TestSupport;

namespace Gyre.Models.Tests.Tokenizers;

/// <summary>Against the conformance texts and ids of llama.cpp, loaded from the vocabularies' published files.</summary>
public class ByteLevelGoldenTests
{
    [Theory]
    [InlineData("gpt2", "gpt-2")]
    [InlineData("llama3", "llama-bpe")]
    [InlineData("qwen2", "qwen2")]
    [InlineData("llama2", "llama-spm")]
    public void Folders_give_the_reference_ids(string folder, string name)
    {
        var tokenizer = TokenizerLoader.FromFolder(TestData.Require("tokenizers/" + folder));

        ConformanceCases.Check(tokenizer, name);
    }

    [Theory]
    [InlineData("gpt2")]
    [InlineData("llama3")]
    [InlineData("qwen2")]
    public void Bytes_of_the_tokens_are_the_text(string folder)
    {
        var tokenizer = TokenizerLoader.FromFolder(TestData.Require("tokenizers/" + folder));
        foreach (var text in ConformanceCases.Texts())
        {
            var ids = new List<int>();
            tokenizer.Encode(text, addSpecialTokens: false, parseSpecialTokens: false, ids);
            var bytes = new ArrayBufferWriter<byte>();
            for (var i = 0; i < ids.Count; i++)
            {
                tokenizer.AppendBytes(ids[i], isFirst: i == 0, includeSpecial: false, bytes);
            }

            Encoding.UTF8.GetString(bytes.WrittenSpan).ShouldBe(text);
            tokenizer.Decode(ids.ToArray()).ShouldBe(text);
        }
    }

    [Fact]
    public void Qwen_special_tokens_come_from_the_files_beside_the_vocabulary()
    {
        var tokenizer = TokenizerLoader.FromFolder(TestData.Require("tokenizers/qwen2"));

        tokenizer.VocabularySize.ShouldBe(151646);
        tokenizer.EndIds.ShouldBe([151645, 151643], ignoreOrder: true);
        var ids = new List<int>();
        tokenizer.Encode("<|im_start|>user\nHi<|im_end|>", addSpecialTokens: true, parseSpecialTokens: true, ids);
        ids.ShouldBe([151644, 872, 198, 13048, 151645]);
        tokenizer.Decode(ids.ToArray()).ShouldBe("user\nHi");
        ids.Clear();
        tokenizer.Encode("<|im_end|>", addSpecialTokens: true, parseSpecialTokens: false, ids);
        ids.ShouldNotContain(151645);
    }
}

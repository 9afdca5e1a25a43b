using System.Text.Json;
using Gyre.Models.Tests.Weights;
using Gyre.Models.Tokenizers;

namespace Gyre.Models.Tests.Tokenizers;

public sealed class VocabularyFilesLoaderTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    public VocabularyFilesLoaderTests()
    {
        _folder.Write("vocab.json", JsonSerializer.Serialize(Enumerable.Range(0, 256).ToDictionary(value => ByteAlphabet.Spell((byte)value).ToString())));
        _folder.Write("merges.txt", "#version: 0.2\n");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_token_described_twice_is_what_the_configuration_says()
    {
        _folder.Write("added_tokens.json", """{"<a>":256,"<b>":257}""");
        _folder.Write("tokenizer_config.json", """{"added_tokens_decoder":{"256":{"content":"<a>","special":false}}}""");

        var tokenizer = TokenizerLoader.FromFolder(_folder.Path, "gpt-2");

        tokenizer.IsSpecial(256).ShouldBeFalse();
        tokenizer.IsSpecial(257).ShouldBeTrue();
    }

    [Fact]
    public void Hundreds_of_thousands_of_added_tokens_are_read_in_linear_time()
    {
        const int Count = 400_000;
        _folder.Write("added_tokens.json", JsonSerializer.Serialize(Enumerable.Range(256, Count).ToDictionary(id => $"<t{id}>")));
        var start = Environment.CpuUsage.TotalTime;

        TokenizerLoader.FromFolder(_folder.Path, "gpt-2").VocabularySize.ShouldBe(256 + Count);

        (Environment.CpuUsage.TotalTime - start).ShouldBeLessThan(TimeSpan.FromSeconds(60)); // Comparing each with each takes minutes.
    }

    [Theory]
    [InlineData("""{"added_tokens_decoder":{"\ud800":{"content":"<a>"}}}""")]
    [InlineData("""{"bos_token":{"\ud800":1}}""")]
    [InlineData("""{"eos_token":"\udc00"}""")]
    public void Half_a_surrogate_pair_beside_the_vocabulary_is_refused_with_a_code(string json)
    {
        _folder.Write("tokenizer_config.json", json);

        Should.Throw<ModelException>(() => TokenizerLoader.FromFolder(_folder.Path)).Code.ShouldBe("RUN0102");
    }
}

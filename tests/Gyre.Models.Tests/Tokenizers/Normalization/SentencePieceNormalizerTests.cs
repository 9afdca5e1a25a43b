using System.Text.Json;
using Gyre.Models.Tokenizers;
using Gyre.Models.Tokenizers.Normalization;
using Gyre.TestSupport;

namespace Gyre.Models.Tests.Tokenizers.Normalization;

public class SentencePieceNormalizerTests
{
    /// <summary>The pieces that sentencepiece gives, put together, are the normalised text.</summary>
    [Theory]
    [InlineData("source")]
    [InlineData("target")]
    public void Compiled_rules_give_the_text_of_the_reference_pieces(string side)
    {
        var normalizer = new SentencePieceNormalizer(
            CharsmapOf(TestData.Require($"tokenizers/marian-opus-mt-en-fr/{side}.spm")), PrefixScheme.Always, removesExtraSpaces: true, userDefined: null);
        using var golden = JsonDocument.Parse(File.ReadAllBytes(TestData.Require($"tokenizers/marian-opus-mt-en-fr/{side}.sentencepiece-golden.json")));
        var cases = golden.RootElement.GetProperty("cases").EnumerateArray().Where(one => one.GetProperty("text").GetString()!.Length > 0).ToArray();
        cases.Length.ShouldBeGreaterThan(50);
        foreach (var one in cases)
        {
            var buffer = new CharBuffer();

            normalizer.Apply(one.GetProperty("text").GetString(), isFirst: true, buffer);

            buffer.Written.ToString().ShouldBe(string.Concat(one.GetProperty("pieces").EnumerateArray().Select(piece => piece.GetString())));
        }
    }

    [Theory]
    [InlineData("  a  b ", "▁a▁b")]
    [InlineData("   ", "")]
    [InlineData("a", "▁a")]
    public void Extra_spaces_go(string text, string expected)
    {
        var buffer = new CharBuffer();

        new SentencePieceNormalizer(null, PrefixScheme.Always, removesExtraSpaces: true, userDefined: null).Apply(text, isFirst: true, buffer);

        buffer.Written.ToString().ShouldBe(expected);
    }

    private static Charsmap CharsmapOf(string path)
    {
        var model = new ProtobufReader(File.ReadAllBytes(path));
        while (model.Next())
        {
            if (model.Field == 3)
            {
                var specification = new ProtobufReader(model.Bytes);
                while (specification.Next())
                {
                    if (specification.Field == 2)
                    {
                        return Charsmap.Read(specification.Bytes)!;
                    }
                }
            }
        }

        throw new InvalidOperationException("The model has no compiled rules.");
    }
}

using Gyre.Models.Tokenizers.Normalization;

namespace Gyre.Models.Tests.Tokenizers.Normalization;

/// <summary>Against examples of Unicode Standard Annex 15 and its conformance file.</summary>
public class UnicodeNormalizerTests
{
    [Theory]
    [InlineData("NFC", "e\u0301", "\u00E9")]
    [InlineData("NFD", "\u00E9", "e\u0301")]
    [InlineData("NFC", "\u212B", "\u00C5")] // Ångström sign
    [InlineData("NFD", "\u1E69", "s\u0323\u0307")] // marks come in order of their class
    [InlineData("NFC", "s\u0307\u0323", "\u1E69")]
    [InlineData("NFC", "\u1E0B\u0323", "\u1E0D\u0307")]
    [InlineData("NFKC", "\uFB01", "fi")]
    [InlineData("NFC", "\uFB01", "\uFB01")]
    [InlineData("NFKC", "\u1E9B\u0323", "\u1E69")]
    [InlineData("NFC", "\u1E9B\u0323", "\u1E9B\u0323")]
    [InlineData("NFKD", "\u00BD\u2460\uFF21", "1\u204421A")]
    [InlineData("NFC", "\u1100\u1161\u11A8", "\uAC01")] // Hangul
    [InlineData("NFD", "\uAC01", "\u1100\u1161\u11A8")]
    [InlineData("NFC", "\uAC00\u11A8", "\uAC01")]
    [InlineData("NFC", "\u0958", "\u0915\u093C")] // excluded from composition
    [InlineData("NFC", "\u0CC6\u0CC2\u0CD5", "\u0CCB")] // a chain of starters
    [InlineData("NFC", "a\u0300\u05AE\u0315b", "\u00E0\u05AE\u0315b")]
    [InlineData("NFC", "\u0344", "\u0308\u0301")]
    [InlineData("NFC", "\uD834\uDD5E", "\uD834\uDD57\uD834\uDD65")]
    [InlineData("NFC", "ascii only", "ascii only")]
    [InlineData("NFKC", "\u3000x\u2026", " x...")]
    public void Texts_take_the_form(string form, string text, string expected)
    {
        var buffer = new CharBuffer();

        new UnicodeNormalizer(form).Apply(text, isFirst: true, buffer);

        buffer.Written.ToString().ShouldBe(expected);
    }
}

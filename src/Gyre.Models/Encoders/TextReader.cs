using Gyre.Models.Tokenizers;

namespace Gyre.Models.Encoders;

/// <summary>Tokenizes texts and pairs of texts within what a model reads.</summary>
internal sealed class TextReader(EncoderRunner runner, ITokenizer tokenizer)
{
    private readonly PairEncodingOptions _limit = new() { MaxTokens = runner.MaxTokens, Truncation = PairTruncation.LongestFirst };

    /// <summary>The text with its spans, cut at its end where it is too long; of a pair the longer text is cut.</summary>
    public (EncodedPair Text, bool IsCut) Read(TextPair text, bool parsesSpecialTokens = false)
    {
        ArgumentNullException.ThrowIfNull(text.First);
        var whole = tokenizer.EncodePair(text.First, text.Second, new PairEncodingOptions { ParsesSpecialTokens = parsesSpecialTokens });
        return whole.Ids.Count <= runner.MaxTokens
            ? (whole, false)
            : (tokenizer.EncodePair(text.First, text.Second, _limit with { ParsesSpecialTokens = parsesSpecialTokens }), true);
    }
}

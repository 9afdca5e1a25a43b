using Gyre.Models.Tokenizers;

namespace Gyre.Models.Encoders;

/// <summary>A text as an encoder reads it.</summary>
/// <param name="Ids">Its tokens.</param>
/// <param name="Types">Each token's type; empty when all are 0.</param>
/// <param name="Rows">The tokens whose results are wanted, ascending; null for all.</param>
internal readonly record struct EncoderInput(int[] Ids, int[] Types, int[]? Rows)
{
    private static readonly int[] FirstRow = [0];

    /// <summary>The text's first token stands for it.</summary>
    public static EncoderInput First(EncodedPair text, int tokenTypes) => From(text, tokenTypes) with { Rows = FirstRow };

    /// <summary>A text, or a pair, with its tokens' types where the network tells them apart.</summary>
    public static EncoderInput From(EncodedPair text, int tokenTypes) =>
        new([.. text.Ids], tokenTypes > 1 ? [.. text.TypeIds] : [], null);
}

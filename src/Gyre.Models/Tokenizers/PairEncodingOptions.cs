namespace Gyre.Models.Tokenizers;

/// <summary>How <see cref="ITokenizer.EncodePair"/> encodes.</summary>
public sealed record PairEncodingOptions
{
    /// <summary>Adds the special tokens of the vocabulary's own post-processing. Default true.</summary>
    public bool AddsSpecialTokens { get; init; } = true;

    /// <summary>Reads the literal text of special tokens as those tokens. Default false.</summary>
    public bool ParsesSpecialTokens { get; init; }

    /// <summary>The most tokens, special ones included; 1 or more. Default: no limit.</summary>
    public int MaxTokens { get; init; } = int.MaxValue;

    /// <summary>What is cut when there are more. Default <see cref="PairTruncation.LongestFirst"/>.</summary>
    public PairTruncation Truncation { get; init; } = PairTruncation.LongestFirst;
}

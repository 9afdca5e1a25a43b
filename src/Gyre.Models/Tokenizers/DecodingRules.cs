namespace Gyre.Models.Tokenizers;

/// <summary>How a vocabulary's tokens become text again.</summary>
internal sealed record DecodingRules
{
    /// <summary>How many leading spaces the text loses; <see cref="int.MaxValue"/> for all of the first token's.</summary>
    public int StrippedLeft { get; init; }

    /// <summary>Every token loses a leading space until some text has been written (SentencePiece that removes extra spaces).</summary>
    public bool StripsUntilText { get; init; }

    /// <summary>How many trailing spaces the text loses.</summary>
    public int StrippedRight { get; init; }

    /// <summary>What becomes of bytes that are not UTF-8.</summary>
    public InvalidBytes InvalidBytes { get; init; }
}
